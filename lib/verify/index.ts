// Public API: the proof of the way out.
export * from './allowlist-gate';
export * from './egress-event-forwarding';
export * from './probe-props';
