// What the trading gate says and how a workload reads it: whatever is doubtful counts as closed.
import { GATE_VALID_MINUTES } from './verify-settings';

/** The text of the parameter; contract/schema/trading-gate.schema.json is its JSON Schema. Times are `2026-11-22T10:00:00.000Z`. */
export interface TradingGateDocument {
  readonly schema: 1;
  readonly environment: string;
  /** Home region of the ring. */
  readonly region: string;
  readonly allowed: boolean;
  /** Before the alarms were read. */
  readonly checkedAt: string;
  /** What it says holds before this time only. */
  readonly validUntil: string;
  /** Why trading is not allowed, e.g. `exchange-keys-prod-EgressDrift is ALARM`; empty exactly if it is. */
  readonly reasons: readonly string[];
}

/** Why a text that was read is no open gate, unless it says so itself. */
export type GateDoubt =
  | 'gate-missing'
  | 'gate-malformed'
  | 'gate-of-other-environment'
  | 'gate-from-the-future'
  | 'gate-valid-too-long'
  | 'gate-expired';

export interface TradingGateState {
  readonly allowed: boolean;
  /** A `GateDoubt`, or the reasons of the document; empty exactly if trading is allowed. */
  readonly reasons: readonly string[];
}

export interface GateReading {
  /** The workload's own. */
  readonly environment: string;
  readonly now: Date;
}

const MINUTE_MS = 60_000;
/** By how much the clock of who reads may be behind that of who wrote. */
const CLOCK_MS = 2 * MINUTE_MS;
/** Nobody may open the gate for longer. */
const LONGEST_MS = 60 * MINUTE_MS;

/* Together with the names they stay well below the 4096 bytes of an SSM parameter. */
const MOST_REASONS = 25;
const LONGEST_REASON = 120;

/** What to write after a look at the alarms that began at `now`: open exactly if nothing speaks against it. */
export function tradingGateDocument(
  { environment, region }: Pick<TradingGateDocument, 'environment' | 'region'>,
  reasons: readonly string[],
  now: Date,
): TradingGateDocument {
  const rest = reasons.length - MOST_REASONS;
  const kept = reasons.slice(0, MOST_REASONS).map(plain);
  return {
    schema: 1,
    environment,
    region,
    allowed: reasons.length === 0,
    checkedAt: now.toISOString(),
    validUntil: new Date(now.getTime() + GATE_VALID_MINUTES * MINUTE_MS).toISOString(),
    reasons: rest > 0 ? [...kept, `and ${rest} more`] : kept,
  };
}

/** One text per document: keys in this order, no blanks. An open gate in any other form is not open. */
export function serializeTradingGate(document: TradingGateDocument): string {
  const { schema, environment, region, allowed, checkedAt, validUntil, reasons } = document;
  return JSON.stringify({ schema, environment, region, allowed, checkedAt, validUntil, reasons });
}

/** What a deployment writes before the first look; region and environment may be tokens. */
export function closedTradingGate(environment: string, region: string): string {
  const document = tradingGateDocument({ environment, region }, ['not checked yet'], new Date(0));
  return serializeTradingGate({ ...document, validUntil: document.checkedAt });
}

/**
 * Whether a workload of the environment may trade now. Never throws. `text` is the value of the parameter, or undefined
 * where it cannot be had.
 */
export function readTradingGate(text: string | undefined, { environment, now }: GateReading): TradingGateState {
  if (text === undefined || text === '') return closed('gate-missing');
  const document = parseTradingGate(text);
  if (document === undefined) return closed('gate-malformed');
  if (document.environment !== environment) return closed('gate-of-other-environment');
  const doubt = doubtOfTime(document, now.getTime());
  if (doubt !== undefined) return closed(doubt);
  return { allowed: document.allowed, reasons: document.reasons };
}

const closed = (reason: GateDoubt): TradingGateState => ({ allowed: false, reasons: [reason] });

function doubtOfTime({ checkedAt, validUntil }: TradingGateDocument, now: number): GateDoubt | undefined {
  const [from, until] = [Date.parse(checkedAt), Date.parse(validUntil)];
  // each must be true: a time that is none compares false
  if (!(from <= now + CLOCK_MS)) return 'gate-from-the-future';
  if (!(until - from <= LONGEST_MS)) return 'gate-valid-too-long';
  return from < until && now < until ? undefined : 'gate-expired';
}

/* The patterns are those of the schema; a test proves that both accept the same values. */
const ENVIRONMENT = /^[a-z][a-z0-9]{1,15}$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$/;
const TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$/;
const KEYS = ['schema', 'environment', 'region', 'allowed', 'checkedAt', 'validUntil', 'reasons'];

/**
 * The document, whatever it says; undefined for any text that was not written by `serializeTradingGate`: parsers of JSON
 * differ in what they make of keys given twice, numbers and escapes.
 */
export function parseTradingGate(text: string): TradingGateDocument | undefined {
  try {
    const value = JSON.parse(text);
    return isDocument(value) && serializeTradingGate(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

function isDocument(value: unknown): value is TradingGateDocument {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { schema, environment, region, allowed, checkedAt, validUntil, reasons } = value as Record<string, unknown>;
  return (
    Object.keys(value).every((key) => KEYS.includes(key)) &&
    schema === 1 &&
    typeof allowed === 'boolean' &&
    matches(environment, ENVIRONMENT) &&
    matches(region, REGION) &&
    isTime(checkedAt) &&
    isTime(validUntil) &&
    Array.isArray(reasons) &&
    reasons.every((reason) => typeof reason === 'string' && reason !== '') &&
    allowed === (reasons.length === 0)
  );
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

/** A moment that exists, in the one form that is written. */
function isTime(value: unknown): boolean {
  if (!matches(value, TIME)) return false;
  const time = Date.parse(value);
  return Number.isFinite(time) && new Date(time).toISOString() === value;
}

/** Printable ASCII without what JSON escapes and SSM takes for a reference. */
function plain(reason: string): string {
  return reason.slice(0, LONGEST_REASON).replace(/[^ -~]|["\\{}]/g, '?') || '?';
}
