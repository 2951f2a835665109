// The egress lock: its types, and how it is read, written, brought up to date and held against a template.
export type { LockPolicy } from './consistency';
export { LOCK_FILE, LOCK_SCHEMA_VERSION, type LockDocument, type LockEntry, type LockRole } from './document';
export { type LockContent, lockHash, sealLock } from './hash';
export { type ParseLockPolicy, parseLock } from './parse';
export { serializeLock } from './serialize';
