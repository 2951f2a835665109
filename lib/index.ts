// Public API of cdk-exchange-keys.
export * from './egress';
export * from './keys';
export * from './verify';
export * from './watch';
