// Public API: stable egress.
export * from './address-source';
export * from './egress-address';
export * from './egress-addresses';
export * from './egress-lock';
export * from './egress-network';
export * from './egress-node-group';
export { EgressNodeImage } from './egress-node-group-image';
export * from './egress-node-group-security';
export * from './existing-egress-network';
export * from './i-egress-network';
export * from './nat-layout';
