// What an exchange says it lets in: an inside probe asks it, because it answers only to addresses it lets in.
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { ProbeCheck, ProbedKey, VerifyDocument } from '../../../contract/verify';
import { shortened } from '../../../runtime/shared/refusal';
import { regionOf } from '../aws/ring';
import type { AccountSession } from '../command';
import { Failure } from '../failure';
import { printable } from '../output/printable';
import { findVerifyIfAny } from '../verify/find-verify';

export interface AskedKey extends ProbedKey {
  /** Why there is no list, in the probe's words. */
  readonly why?: string;
}

export interface ExchangeView {
  /** The keys the probe asked about. */
  readonly keys: readonly AskedKey[];
  /** Why there are none. */
  readonly notAsked?: string;
}

/** @throws Failure `VERIFY_OF_OTHER_PLACE`, `PROBE_WITHOUT_ANSWER`; InputError `VERIFY_DOCUMENT_MALFORMED`. */
export async function askExchanges(session: AccountSession): Promise<ExchangeView> {
  const { aws, environment } = session;
  const region = await regionOf(aws);
  const document = await findVerifyIfAny(aws, { environment, region });
  if (document === undefined)
    return { keys: [], notAsked: `no ring of '${environment}' in ${region} verifies its way out` };
  const probe = firstProbe(document);
  if (probe === undefined) return { keys: [], notAsked: `the ring in ${region} has no probes` };
  return { keys: await askedKeys(session, probe) };
}

/** Every zone's addresses are on the same list, so that one probe can ask for all. */
function firstProbe({ insideProbes }: VerifyDocument): string | undefined {
  const [zone] = Object.keys(insideProbes).sort();
  return insideProbes[zone];
}

/** A probe always has a key to ask with: one that names none could not find out. */
async function askedKeys({ aws }: AccountSession, probe: string): Promise<readonly AskedKey[]> {
  const { FunctionError, Payload } = await aws.lambda.send(new InvokeCommand({ FunctionName: probe, Payload: '{}' }));
  const keys = FunctionError === undefined ? keysIn(Payload) : undefined;
  if (keys !== undefined && keys.length > 0) return keys;
  const answer = keys === undefined ? 'an answer that is none' : 'an answer without a key';
  const said = FunctionError === undefined ? answer : `error ${shortened(FunctionError, 40)}`;
  throw new Failure(
    'PROBE_WITHOUT_ANSWER',
    `the inside probe '${probe}' gave ${said}, so it is not known what exchanges let in; see the log group of the function, then run again`,
  );
}

function keysIn(payload: Uint8Array | undefined): readonly AskedKey[] | undefined {
  let answer: Record<string, unknown> | null;
  try {
    answer = JSON.parse(Buffer.from(payload ?? []).toString('utf8'));
  } catch {
    return undefined;
  }
  const { schema, probe, keys, checks } = answer ?? {};
  if (schema !== 1 || probe !== 'inside' || !Array.isArray(keys) || !keys.every(isKey)) return undefined;
  return keys.map(({ keyName, exchange, allowlist }) =>
    allowlist === undefined ? { keyName, exchange, why: reason(checks, keyName) } : { keyName, exchange, allowlist },
  );
}

function isKey(value: unknown): value is ProbedKey {
  const { keyName, exchange, allowlist } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof keyName === 'string' &&
    typeof exchange === 'string' &&
    (allowlist === undefined || (Array.isArray(allowlist) && allowlist.every((entry) => typeof entry === 'string')))
  );
}

/** What the check of the list says about the key. */
function reason(checks: unknown, keyName: string): string | undefined {
  const all: (Partial<ProbeCheck> | null)[] = Array.isArray(checks) ? checks : [];
  const found = all.find((one) => one?.check === 'exchange-allowlist' && one.subject === keyName);
  return found ? printable(`${found.detail} [${found.code}]`) : undefined;
}
