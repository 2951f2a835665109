// Proof of the way out: what probes, egress check and trading gate agree on with the stack and the operator's command.
export * from './probe-answer';
export * from './probe-targets';
export * from './trading-gate';
export * from './verify-document';
export * from './verify-settings';
