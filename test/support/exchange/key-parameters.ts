// Reads the parameters of key management; what cannot be used is refused, what is unknown is ignored.
import { isAllowlistEntry } from './allowlist';
import { ApiError, PERMISSIONS, Permission } from './protocol';
import { Body } from './received-request';
import { Settings } from './settings';

const MAX_IPS = 20;

const refuse = (detail: string): never => {
  throw new ApiError('PARAMS', detail);
};

function texts(field: string, value: unknown): string[] {
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isList ? value : refuse(`${field} must be an array of strings`);
}

export function readLabel({ label }: Body): string {
  const usable = typeof label === 'string' && /^[A-Za-z0-9_]{1,16}$/.test(label);
  return usable ? label : refuse('label must be 1 to 16 of A-Z, a-z, 0-9 and _');
}

/** Omitted means none. */
export function readPermissions({ permissions }: Body, isMaster: boolean): Permission[] {
  const given = permissions === undefined ? [] : texts('permissions', permissions);
  const allowed = PERMISSIONS.filter((permission) => isMaster || permission !== 'KeyManage');
  const wrong = given.filter((permission) => !allowed.some((one) => one === permission));
  if (wrong.length > 0) refuse(`permissions must be of ${allowed.join(', ')}`);
  return [...new Set(given)] as Permission[];
}

/** Omitted, empty and `*` mean unbound. */
export function readIps({ ips }: Body): string[] {
  const given = ips === undefined ? [] : texts('ips', ips);
  if (given.length === 1 && given[0] === '*') return [];
  if (given.length > MAX_IPS) refuse(`at most ${MAX_IPS} ips`);
  if (!given.every(isAllowlistEntry)) refuse('ips must be IPv4 or IPv6 addresses or CIDR blocks');
  return given;
}

/** Omitted means no end. */
export function readTtlDays({ ttlDays }: Body): number | null {
  if (ttlDays === undefined) return null;
  const usable = Number.isInteger(ttlDays) && Number(ttlDays) >= 1 && Number(ttlDays) <= 365;
  return usable ? Number(ttlDays) : refuse('ttlDays must be a whole number from 1 to 365');
}

export function readPassphrase({ passphrase }: Body, mode: Settings['passphrase']): string | null {
  if (mode === 'none') return null;
  const usable = typeof passphrase === 'string' && /^[\x21-\x7e]{7,32}$/.test(passphrase);
  return usable ? passphrase : refuse('passphrase must be 7 to 32 printable characters');
}

/** Omitted means: as it is. */
export function readDisabled({ state }: Body): boolean | undefined {
  if (state === undefined) return undefined;
  return state === 'active' || state === 'disabled' ? state === 'disabled' : refuse('state must be active or disabled');
}
