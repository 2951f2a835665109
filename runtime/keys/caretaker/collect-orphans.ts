// Searches one account at an exchange for keys of this ring that no version holds, and revokes them.
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { type KeyDocument, LabelKind, secretNamePrefix } from '../../../contract/keys';
import { CaretakerMetric } from '../../../contract/metrics';
import type { ListedKey } from '../../exchange/adapter';
import { log } from '../../shared/logger';
import { Refusal } from '../../shared/refusal';
import { awsRefusal } from '../../shared/secrets-client';
import { exchangeLabel, ringOf } from '../exchange-label';
import type { KeyState, KeyVersion } from '../key-state';
import { freeLabel } from '../run';
import { HOUR, hasRoom } from './facts';
import { isProtected, judge, MOST_ORPHANS, type Origin, suspects, type Verdict } from './orphans';
import type { Pass } from './pass';
import type { Finding } from './step';

/** An account at an exchange, and the ring's keys in it. */
export interface Account {
  readonly exchange: string;
  readonly account: string | undefined;
  readonly keys: readonly KeyState[];
  /** False when the ring has secrets that cannot be understood: the key of one of them would look like nobody's. */
  readonly complete: boolean;
}

interface Judged {
  readonly key: ListedKey;
  readonly verdict: Verdict;
  readonly origin?: Origin;
  readonly value?: KeyDocument;
}

export async function collectOrphans(
  pass: Pass,
  { exchange, account, keys, complete }: Account,
  report: (finding: Finding) => void,
): Promise<void> {
  const { environment } = pass.dependencies;
  const ring = ringOf(keys[0].arn, environment);
  const labelled = keys.flatMap(({ secretName, versions }) =>
    versions.filter(isProtected).map(({ id }) => exchangeLabel(ring, secretName, id)),
  );
  const listed = await pass.listed(exchange, account);
  const suspected = suspects(listed, ring, new Set(labelled), pass.now);
  if (suspected.length === 0) return;

  const origins = await findOrigins(pass, environment);
  const judged: Judged[] = [];
  for (const key of suspected) judged.push(await judgeOne(pass, keys, key, listed, origins.get(key.label ?? '')));
  const orphans = judged.filter(({ verdict }) => verdict === 'revoke');
  const uncertain = !complete || orphans.length > MOST_ORPHANS;
  for (const one of judged) {
    if (one.verdict === 'pin') await pin(pass, keys, one, report);
    else if (one.verdict === 'report' || (one.verdict === 'revoke' && uncertain)) unknown(one, report);
    else if (one.verdict === 'revoke') await revoke(pass, exchange, account, one, report);
  }
}

/** Every version that exists, by the label its key would have: also of secrets that cannot be understood or are to be deleted. */
async function findOrigins(pass: Pass, environment: string): Promise<Map<string, Origin>> {
  const { secrets, store } = pass.dependencies;
  const prefix = secretNamePrefix(environment);
  const origins = new Map<string, Origin>();
  let NextToken: string | undefined;
  do {
    const page = await secrets
      .send(
        new ListSecretsCommand({
          Filters: [{ Key: 'name', Values: [prefix] }],
          IncludePlannedDeletion: true,
          MaxResults: 100,
          NextToken,
        }),
      )
      .catch((error: unknown) => {
        throw awsRefusal('secretsmanager:ListSecrets', prefix, error);
      });
    for (const { Name: secretName, ARN: arn, DeletedDate } of page.SecretList ?? []) {
      if (!secretName?.startsWith(prefix) || !arn) continue;
      const ring = ringOf(arn, environment);
      for (const { id: versionId, labels } of await store.versions(arn)) {
        const origin = { secretName, arn, versionId, labels, doomed: DeletedDate !== undefined };
        origins.set(exchangeLabel(ring, secretName, versionId), origin);
      }
    }
    NextToken = page.NextToken || undefined;
  } while (NextToken !== undefined);
  return origins;
}

async function judgeOne(
  pass: Pass,
  keys: readonly KeyState[],
  key: ListedKey,
  listed: readonly ListedKey[],
  origin?: Origin,
): Promise<Judged> {
  const value = origin && !origin.doomed ? await read(pass, origin.arn, origin.versionId) : undefined;
  const held = await isHeldElsewhere(pass, keys, key, origin);
  const version = await freshVersion(pass, origin);
  const verdict = judge(key, origin && { ...origin, version }, value, held, listed);
  return { key, verdict, origin, value: typeof value === 'object' ? value : undefined };
}

/** Whether another version with a label holds the key, under whatever label it has at the exchange: a person may have put it twice. */
async function isHeldElsewhere(
  pass: Pass,
  keys: readonly KeyState[],
  { keyId }: ListedKey,
  origin: Origin | undefined,
): Promise<boolean> {
  for (const { arn, versions } of keys) {
    for (const { id } of versions) {
      if (arn === origin?.arn && id === origin.versionId) continue;
      const value = await pass.valueOf(arn, id, () => read(pass, arn, id));
      if (typeof value === 'object' && value.keyId === keyId) return true;
    }
  }
  return false;
}

async function read(
  pass: Pass,
  arn: string,
  versionId: string,
): Promise<KeyDocument | 'placeholder' | 'no value' | 'malformed'> {
  try {
    return await pass.dependencies.store.read(arn, versionId, { expected: false });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'KEY_DOCUMENT_MALFORMED') return 'malformed';
    throw error;
  }
}

async function freshVersion(pass: Pass, origin: Origin | undefined): Promise<KeyVersion | undefined> {
  if (!origin || origin.doomed) return undefined;
  const { versions } = await pass.dependencies.store.describe(origin.arn);
  return versions.find(({ id }) => id === origin.versionId);
}

async function revoke(
  pass: Pass,
  exchange: string,
  account: string | undefined,
  one: Judged,
  report: (finding: Finding) => void,
): Promise<void> {
  const adapter = await pass.exchange(exchange);
  const { revoke: can, revokeSignedBy } = adapter.capabilities;
  const signer = revokeSignedBy === 'key' ? one.value : await pass.management(exchange);
  const version = await freshVersion(pass, one.origin);
  const overtaken = version && isProtected(version) && one.value?.keyId === one.key.keyId;
  if (!can || !signer || overtaken) return unknown(one, report);
  await adapter.revoke(signer, account, { keyId: one.key.keyId, passphrase: one.value?.passphrase });
  log('revoked a key that no version holds', { ...fields(one), operation: 'revoke-orphan', outcome: 'done' });
  report({ metric: CaretakerMetric.ORPHANS_REVOKED, version: one.origin?.versionId });
}

/** The version's value is kept, and the key's end is decided like that of any other. */
async function pin(
  pass: Pass,
  keys: readonly KeyState[],
  one: Judged,
  report: (finding: Finding) => void,
): Promise<void> {
  const key = keys.find(({ arn }) => arn === one.origin?.arn);
  if (!key || !one.origin) return unknown(one, report);
  const until = (pass.now + key.description.overlapHours * HOUR) * 1000;
  const fresh = await pass.dependencies.store.describe(key.arn);
  if (!hasRoom(fresh)) return report({ metric: CaretakerMetric.LABELS_FULL, version: one.origin.versionId });
  await pass.dependencies.store.addLabel(key.arn, freeLabel(fresh, LabelKind.REVOKE, until), one.origin.versionId);
  log('gave an overlap to a key that had none', { ...fields(one), operation: 'pin', outcome: 'done' });
  report({ metric: CaretakerMetric.UNPLANNED_VALUE, version: one.origin.versionId });
}

function unknown(one: Judged, report: (finding: Finding) => void): void {
  report({ metric: CaretakerMetric.ORPHANS_UNKNOWN, version: one.origin?.versionId, detail: one.key.label });
}

const fields = ({ key, origin }: Judged) => ({ label: key.label, versionId: origin?.versionId });
