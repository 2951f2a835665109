// Alarms: the catalogue, names, saved queries.
export * from './alarm-definition';
export * from './alarm-id';
export * from './catalogue';
export * from './saved-queries';
export type { QueryLogGroup, SavedQuery } from './saved-query';
