// Keys: names, permissions, tiers, and the documents and labels that hold their state.
export * from './day';
export * from './function-settings';
export * from './key-description';
export * from './key-document';
export * from './key-name';
export * from './parameter-name';
export * from './permission';
export * from './ring-document';
export * from './risk-tier';
export * from './version-label';
