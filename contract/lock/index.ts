// The egress lock: its types, and how it is read, written, brought up to date and held against a template.
export { annotateLock, type LockAnnotation } from './annotate';
export type { LockChange, LockChangeKind } from './change';
export type { LockPolicy } from './consistency';
export { LOCK_FILE, LOCK_SCHEMA_VERSION, type LockDocument, type LockEntry, type LockRole } from './document';
export { entriesOf, exchangesOf, type LockSelection } from './entries';
export { guardRegions, guardTemplate } from './guard';
export type { GuardedTemplate, GuardedZone, LockFinding, LockFindingCode } from './guard-types';
export { type LockContent, lockHash, sealLock } from './hash';
export { type MergeResult, mergeDeployed } from './merge';
export type { MergeOptions } from './merge-request';
export { type ParseLockPolicy, parseLock } from './parse';
export { checkPool } from './pool';
export { serializeLock } from './serialize';
export { markDropped, markTold, type TellSelection } from './tell';
