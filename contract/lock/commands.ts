// The commands that messages about a lock name.
export const LOCK_COMMAND = 'exchange-keys allowlist lock';
export const TOLD_COMMAND = 'exchange-keys allowlist told';
export const DROPPED_COMMAND = 'exchange-keys allowlist dropped';
