// The allowlist document: its type, its place, and how it is read, written and compared.
export type { AllowlistDocumentPolicy } from './consistency';
export { type AllowlistChange, type AllowlistDiff, diffAllowlists } from './diff';
export { ALLOWLIST_SCHEMA_VERSION, type AllowlistDocument, type AllowlistEntry, type AllowlistRole } from './document';
export { allowlistParameterName } from './parameter-name';
export { parseAllowlistDocument } from './parse';
export { serializeAllowlistDocument } from './serialize';
