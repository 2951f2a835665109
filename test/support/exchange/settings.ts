// What can be switched while the exchange runs, and the check that a switch exists and has a usable value.
import Ajv from 'ajv';
import { CODE_NAMES, CodeName, DAY, OPERATION_NAMES, OperationName } from './protocol';

export interface RateLimit {
  /** Whose bucket: each key its own, or one for all keys of an account. */
  readonly per: 'key' | 'account';
  readonly capacity: number;
  readonly refillPerSecond: number;
  /** Only these operations; all when omitted. */
  readonly operations?: readonly OperationName[];
}

export interface Outage {
  /** `503`: an HTML page of a load balancer; `reset`: the connection is reset; `hang`: no answer, ever. */
  readonly mode: '503' | 'reset' | 'hang';
  /** Exchange time, Unix ms; open-ended when omitted. */
  readonly from?: number;
  readonly until?: number;
}

export interface Settings {
  readonly alwaysHttp200: boolean;
  /** Unknown key, expired or disabled key, wrong address and missing permission all give one code. */
  readonly ambiguousAuth: boolean;
  readonly httpStatus: Readonly<Partial<Record<CodeName, number>>>;
  readonly codes: Readonly<Partial<Record<CodeName, number>>>;
  readonly passphrase: 'none' | 'plain' | 'hmac';
  /** false: the exchange forgets to look at allowlists. */
  readonly enforceAllowlist: boolean;
  /** How far the clock that signed requests are compared with is ahead of the right time. Ages nothing. */
  readonly clockOffsetMs: number;
  /** A new key answers KEY_NOT_ACTIVE_YET for so long. */
  readonly activationDelayMs: number;
  /** A new key is missing in the list for so long. */
  readonly listLagMs: number;
  /** A deleted key still works for so long. */
  readonly revokeLagMs: number;
  /** A key without allowlist expires after this; null: never. */
  readonly unboundKeyLifeMs: number | null;
  /** Keys per account. */
  readonly keyQuota: number;
  readonly rateLimits: readonly RateLimit[];
  /** Operations that want a second factor, which no machine has. */
  readonly mfaOperations: readonly OperationName[];
  readonly showUnboundAs: 'empty' | 'star';
  readonly outage: Outage | null;
}

export const DEFAULTS: Settings = {
  alwaysHttp200: false,
  ambiguousAuth: false,
  httpStatus: {},
  codes: {},
  passphrase: 'none',
  enforceAllowlist: true,
  clockOffsetMs: 0,
  activationDelayMs: 0,
  listLagMs: 0,
  revokeLagMs: 0,
  unboundKeyLifeMs: 90 * DAY,
  keyQuota: 20,
  rateLimits: [],
  mfaOperations: [],
  showUnboundAs: 'empty',
  outage: null,
};

const flag = { type: 'boolean' };
const duration = { type: 'integer', minimum: 0 };
const operations = { type: 'array', items: { enum: OPERATION_NAMES } };
const closed = (properties: object, required: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const byCode = (value: object) => closed(Object.fromEntries(CODE_NAMES.map((name) => [name, value])));

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  closed({
    alwaysHttp200: flag,
    ambiguousAuth: flag,
    httpStatus: byCode({ type: 'integer', minimum: 200, maximum: 599 }),
    codes: byCode({ type: 'integer' }),
    passphrase: { enum: ['none', 'plain', 'hmac'] },
    enforceAllowlist: flag,
    clockOffsetMs: { type: 'integer' },
    activationDelayMs: duration,
    listLagMs: duration,
    revokeLagMs: duration,
    unboundKeyLifeMs: { type: ['integer', 'null'], minimum: 0 },
    keyQuota: duration,
    rateLimits: {
      type: 'array',
      items: closed(
        {
          per: { enum: ['key', 'account'] },
          capacity: { type: 'number', minimum: 1 },
          refillPerSecond: { type: 'number', exclusiveMinimum: 0 },
          operations,
        },
        ['per', 'capacity', 'refillPerSecond'],
      ),
    },
    mfaOperations: operations,
    showUnboundAs: { enum: ['empty', 'star'] },
    outage: {
      anyOf: [
        { type: 'null' },
        closed({ mode: { enum: ['503', 'reset', 'hang'] }, from: duration, until: duration }, ['mode']),
      ],
    },
  }),
);

/** The settings with the changes made; throws and changes nothing when one of them is unknown or unusable. */
export function changed(settings: Settings, changes: Partial<Settings>): Settings {
  if (!validate(changes)) {
    const problems = validate.errors?.map(({ instancePath, message, params }) => {
      const allowed = params.allowedValues ?? params.additionalProperty;
      return `${instancePath || 'settings'} ${message}${allowed ? `: ${allowed}` : ''}`;
    });
    throw new Error(`unusable settings: ${problems?.join('; ')}`);
  }
  return { ...settings, ...changes };
}
