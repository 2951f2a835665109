// The second half of `npm start`: a key's life against the loopback exchange, first key to revocation, through what is deployed.
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Config, KeyConfig } from '../bin/config/config';
import {
  formatLabel,
  type KeyDocument,
  keyName,
  LabelKind,
  managementKeyName,
  parseKeyDocument,
  parseLabel,
  parseRingDocument,
  probeKeyName,
  ringParameterName,
  secretName,
} from '../contract/keys';
import { ExchangeClient, type ExchangeProcess } from '../test/support/exchange';
import { command } from './operator-command';

/** Names of permissions at the loopback exchange. */
const MANAGEMENT = ['Read', 'KeyManage'] as const;
const NAMES = {
  read: ['Read'],
  'trade-limited': ['SpotTrade'],
  trade: ['SpotTrade', 'DerivTrade'],
  withdraw: ['Withdraw'],
} as const;
/** The sub-account the loopback exchange has from the beginning. */
const FIRST_ACCOUNT = 'sub-1';
/** Quarantine, revocation, and one pass to spare. */
const PASSES = 3;
const HOUR = 3600;

export interface Tour {
  readonly endpoint: string;
  readonly config: Config;
  readonly exchange: ExchangeProcess;
  /** Addresses of the home region, without prefix length. */
  readonly addresses: readonly string[];
  /** Addresses of all regions: what a key must allow. */
  readonly everywhere: readonly string[];
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A key as it was at the end, and its predecessor. */
export interface TouredKey {
  readonly name: string;
  readonly current: KeyInUse;
  readonly retired: KeyInUse;
  /** What `key list` says. */
  readonly list: string;
}

export interface KeyInUse {
  readonly versionId: string;
  readonly document: KeyDocument;
}

/** Runs it and tells of the first key; throws where anything is other than it should be. */
export async function tourKeys(tour: Tour): Promise<TouredKey | undefined> {
  const { config, exchange, addresses, everywhere, say, signal } = tour;
  if (!config.ring) return undefined;
  const { environment } = config;
  const allowed = everywhere.map((address) => `${address}/32`);
  const aws = clients(tour.endpoint, config.ring.homeRegion);
  try {
    await put(tour, managementKeyName(environment, 'xxkk').text, {
      account: 'master',
      permissions: MANAGEMENT,
      ips: allowed,
    });
    if (config.ring.probes) {
      const account = config.ring.probes.accounts?.xxkk ?? FIRST_ACCOUNT;
      if (account !== FIRST_ACCOUNT) await exchange.control.addSubAccount(account);
      await put(tour, probeKeyName(environment, 'xxkk').text, { account, permissions: NAMES.read, ips: allowed });
    }
    const keys = Object.values(config.keys ?? {});
    const nameOf = ({ purpose, instance }: KeyConfig) => keyName(environment, purpose, instance);
    for (const account of new Set(keys.flatMap(({ account = [] }) => account))) {
      if (account !== FIRST_ACCOUNT) await exchange.control.addSubAccount(account);
    }
    for (const key of keys) {
      const name = nameOf(key).text;
      const permissions = key.permissions.flatMap((permission) => NAMES[permission]);
      await put(tour, name, { account: key.account ?? 'master', permissions, ips: allowed });
    }
    const [key] = keys;
    if (!key) return undefined;
    const name = nameOf(key).text;
    const secret = secretName(nameOf(key));
    const old = await current(aws.secrets, secret);

    signal.throwIfAborted();
    say(`rotating ${name} through the deployed function`);
    await command(tour, ['key', 'rotate', name, '--wait', '--yes']);
    const renewed = await current(aws.secrets, secret);
    const [from] = addresses;
    const balance = async (key: typeof old) =>
      (await new ExchangeClient({ url: exchange.url, credentials: key.document, from }).call('GET', '/v1/account'))
        .code;
    expectCode(say, 'during the overlap the old key', await balance(old), 0);
    expectCode(say, 'during the overlap the new key', await balance(renewed), 0);
    const elsewhere = new ExchangeClient({ url: exchange.url, credentials: renewed.document, from: '127.0.99.1' });
    expectCode(say, 'the new key from another address', (await elsewhere.call('GET', '/v1/account')).code, 10010);

    say(`ending the overlap of ${name}: its label is moved into the past`);
    await endOverlap(aws.secrets, secret, old.versionId, 1);
    await caretaker(aws, environment);
    expectCode(say, 'the old key, which was in use a moment ago, is held, and', await balance(old), 0);
    say('moving the label back by another overlap, the longest a key in use is held');
    await endOverlap(aws.secrets, secret, old.versionId, (key.overlapHours ?? 24) * HOUR + 1);
    for (let pass = 1; pass <= PASSES; pass++) await caretaker(aws, environment);
    expectCode(say, 'after the overlap the old key', await balance(old), 10003);
    expectCode(say, 'after the overlap the new key', await balance(renewed), 0);
    return { name, current: renewed, retired: old, list: await command(tour, ['key', 'list']) };
  } finally {
    for (const client of Object.values(aws)) client.destroy();
  }
}

function clients(endpoint: string, region: string) {
  const options = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return { secrets: new SecretsManagerClient(options), lambda: new LambdaClient(options), ssm: new SSMClient(options) };
}

/** A person creates a key at the exchange and puts it. */
async function put(
  { exchange, say, ...tour }: Tour,
  name: string,
  key: { account: string; permissions: readonly string[]; ips: string[] },
): Promise<void> {
  say(`putting the first key of ${name}, made by hand at the exchange for ${key.ips.join(', ')}`);
  const { id, apiKey, apiSecret } = await exchange.control.createKeyByHand({ label: 'by_hand', ...key } as never);
  await command({ exchange, say, ...tour }, ['key', 'put', name, '--stdin', '--yes'], { keyId: id, apiKey, apiSecret });
}

async function current(secrets: SecretsManagerClient, SecretId: string): Promise<KeyInUse> {
  const answer = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSCURRENT' }));
  const document = parseKeyDocument(answer.SecretString ?? '');
  if (document === 'placeholder') throw new Error(`${SecretId} still holds the placeholder`);
  return { versionId: answer.VersionId as string, document };
}

/** What waiting would do. */
async function endOverlap(
  secrets: SecretsManagerClient,
  SecretId: string,
  versionId: string,
  secondsAgo: number,
): Promise<void> {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  const label = VersionIdsToStages[versionId]?.find((stage) => parseLabel(stage)?.kind === LabelKind.REVOKE);
  if (!label) throw new Error(`version ${versionId} of ${SecretId} is not marked to be revoked`);
  const past = formatLabel(LabelKind.REVOKE, Math.floor(Date.now() / 1000) - secondsAgo);
  const move = (input: object) => secrets.send(new UpdateSecretVersionStageCommand({ SecretId, ...input } as never));
  await move({ VersionStage: past, MoveToVersionId: versionId });
  await move({ VersionStage: label, RemoveFromVersionId: versionId });
}

async function caretaker({ lambda, ssm }: ReturnType<typeof clients>, environment: string): Promise<void> {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: ringParameterName(environment) }));
  const { caretakerFunction } = parseRingDocument(Parameter?.Value ?? '');
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: caretakerFunction }));
  if (FunctionError) throw new Error(`the caretaker failed: ${Buffer.from(Payload ?? []).toString()}`);
}

function expectCode(say: Tour['say'], what: string, code: number | undefined, expected: number): void {
  const meaning: Record<number, string> = {
    0: 'works',
    10003: 'is refused: key unknown (10003)',
    10010: 'is refused: address not allowed (10010)',
  };
  if (code !== expected) throw new Error(`${what} should give code ${expected}, and gives ${code}`);
  say(`${what} ${meaning[expected]}`);
}
