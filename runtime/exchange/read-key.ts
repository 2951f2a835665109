// Reads what an exchange says about a key. What is missing or malformed is an error: never "no permissions" or "bound".
import type { CreatedKeyFields, KeyFields } from '../../contract/exchange/exchange-configuration';
import { valueAt } from '../../protocol/answer-json';
import { readTime } from '../../protocol/server-time';
import type { CreatedKey, KeyFacts, ListedKey } from './adapter';
import { readAllowlist, readList, readText } from './read-values';

/** An answer does not hold what the configuration says it does. The message names fields, never values. */
export class UnreadableAnswer extends Error {
  constructor(field: string, path: string) {
    super(
      `the answer has no readable '${field}' at '${path}'; compare the configuration with the exchange's documentation`,
    );
  }
}

type TimeField = 'createdAt' | 'expiresAt' | 'lastUsedAt';

/** @throws UnreadableAnswer */
export function readKeyFacts(fields: KeyFields, source: unknown): KeyFacts {
  const { permissions, allowlist, keyId, label } = fields;
  const idGiven = keyId === undefined ? undefined : given(source, keyId);
  const labelGiven = label === undefined ? undefined : given(source, label);
  return {
    ...(keyId !== undefined && idGiven !== undefined && { keyId: read('keyId', keyId, readText(idGiven)) }),
    ...(label !== undefined &&
      labelGiven !== undefined && {
        label: read('label', label, typeof labelGiven === 'string' ? labelGiven : undefined),
      }),
    permissions: read('permissions', permissions, readList(valueAt(source, permissions), fields.permissionsFormat)),
    allowlist: read('allowlist', allowlist, readAllowlist(valueAt(source, allowlist), fields.allowlistFormat)),
    ...times(fields, ['createdAt', 'expiresAt', 'lastUsedAt'], source),
  };
}

/** @throws UnreadableAnswer also for a key without an id. */
export function readListedKey(fields: KeyFields, source: unknown): ListedKey {
  const { keyId, ...facts } = readKeyFacts(fields, source);
  return { ...facts, keyId: read('keyId', fields.keyId ?? '', keyId) };
}

/**
 * `sentPassphrase` is the key's own where the exchange does not choose one.
 * @throws UnreadableAnswer
 */
export function readCreatedKey(fields: CreatedKeyFields, source: unknown, sentPassphrase?: string): CreatedKey {
  const text = (name: 'apiKey' | 'keyId' | 'passphrase', path: string) =>
    read(name, path, readText(valueAt(source, path)));
  const apiKey = text('apiKey', fields.apiKey);
  const secret = valueAt(source, fields.apiSecret);
  const passphrase = fields.passphrase === undefined ? sentPassphrase : text('passphrase', fields.passphrase);
  return {
    keyId: fields.keyId === undefined ? apiKey : text('keyId', fields.keyId),
    apiKey,
    // A number would have lost its leading zeros.
    apiSecret: read('apiSecret', fields.apiSecret, typeof secret === 'string' ? readText(secret) : undefined),
    ...(passphrase !== undefined && { passphrase }),
    ...times(fields, ['createdAt', 'expiresAt'], source),
  };
}

function times(
  fields: Pick<KeyFields, TimeField | 'timeFormat'>,
  names: readonly TimeField[],
  source: unknown,
): Partial<Record<TimeField, Date>> {
  const found: Partial<Record<TimeField, Date>> = {};
  for (const name of names) {
    const path = fields[name];
    if (path === undefined) continue;
    const time = readTime(valueAt(source, path), fields.timeFormat);
    if (time !== null) found[name] = read(name, path, time);
  }
  return found;
}

/** Undefined where there is nothing. */
function given(source: unknown, path: string): unknown {
  const value = valueAt(source, path);
  return value === null || value === '' ? undefined : value;
}

function read<T>(field: string, path: string, value: T | undefined): T {
  if (value === undefined) throw new UnreadableAnswer(field, path);
  return value;
}
