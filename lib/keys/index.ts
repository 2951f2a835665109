// Public API: exchange API keys.
export * from '../../contract/exchange/endpoint-category';
export * from '../../contract/exchange/error-class';
export * from '../../contract/exchange/exchange-configuration';
export * from '../../contract/exchange/signing-template';
export { KeyPermission } from '../../contract/keys/permission';
export { RiskTier } from '../../contract/keys/risk-tier';
export * from './attach/attach-options';
export * from './attach/key-delivery';
export * from './attach/service-account-attachment';
export * from './exchange';
export { ExchangeKey } from './exchange-key';
export * from './exchange-key-props';
export * from './key-refresh';
export * from './key-ring';
export * from './key-ring-props';
export { RingSize } from './key-shards';
export * from './withdrawal-review';
