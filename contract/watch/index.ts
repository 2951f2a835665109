// Watch: request records, findings, and what the parts of the watch tell each other.
export * from '../exchange/endpoint-category';
export * from './finding';
export * from './finding-item';
export * from './key-report';
export * from './outcome';
export * from './permits';
export * from './request-record';
export * from './watch-document';
export * from './watch-settings';
