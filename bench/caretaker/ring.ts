// A ring of keys in its usual state: each was rotated once and its old key revoked; of every tenth the overlap still runs.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { readExchange } from '../../bin/config/read-exchange';
import { allowlistParameterName } from '../../contract/allowlist';
import {
  CURRENT,
  exchangeParameterName,
  formatDescription,
  formatKeyDocument,
  formatLabel,
  type KeyName,
  KeyPermission,
  keyName,
  LabelKind,
  MANAGE_KEYS,
  managementKeyName,
  RiskTier,
  secretName,
  TIER_RULES,
} from '../../contract/keys';
import { LOCAL_ACCOUNT } from '../../local-aws/start-local-aws';
import { exchangeLabel } from '../../runtime/keys/exchange-label';
import { createSecretsClient, createSsmClient } from '../../runtime/shared/secrets-client';
import { all } from './all';
import type { ExchangeProcess, Issued } from './exchange-process';

export const ENVIRONMENT = 'prod';
export const REGION = 'eu-west-1';

/** An account of 20 keys has room for 10 while all of them are rotated. */
const KEYS_PER_ACCOUNT = 10;
const ONE_IN_OVERLAP = 10;
const OVERLAP_HOURS = TIER_RULES[RiskTier.HIGH].overlapHours;
const TRADING = ['Read', 'SpotTrade', 'DerivTrade'];
const IPS = ['127.0.0.1'];

const accountOf = (index: number): string => `sub-${Math.floor(index / KEYS_PER_ACCOUNT)}`;
export const accountsOf = (keys: number): string[] =>
  Array.from({ length: Math.ceil(keys / KEYS_PER_ACCOUNT) }, (_, index) => accountOf(index * KEYS_PER_ACCOUNT));

const [secrets, ssm] = [() => createSecretsClient(REGION), () => createSsmClient(REGION)];

/** @returns ids at the exchange of the old keys whose overlap runs */
export async function createRing(exchange: ExchangeProcess, keys: number, overlapEnd: number): Promise<string[]> {
  const [client, parameters] = [secrets(), ssm()];
  const put = (Name: string, value: object) =>
    parameters.send(new PutParameterCommand({ Name, Type: 'String', Value: JSON.stringify(value), Overwrite: true }));
  const example = readExchange(path.join(__dirname, 'ring.yaml'), '../../exchange-xxkk.yaml');
  // the exchange does not mind, and the emulators' own time is long enough
  const limits = { ...example.limits, requestsPerSecond: 100 };
  await put(exchangeParameterName(ENVIRONMENT, 'xxkk'), { ...example, baseUrl: exchange.url, limits });
  await put(allowlistParameterName(ENVIRONMENT, REGION), allowlist());
  await createManagementKey();
  const ended = await all(keys, createKey);
  return ended.filter((id) => id !== undefined);

  async function createManagementKey(): Promise<void> {
    const name = managementKeyName(ENVIRONMENT, 'xxkk');
    const key = { account: 'master', label: 'management', permissions: ['Read', 'KeyManage'], ips: IPS };
    const issued = await exchange.createKeyByHand(key);
    await create(name, { permissions: [MANAGE_KEYS] }, randomUUID(), document(name, issued));
  }

  async function createKey(index: number): Promise<string | undefined> {
    const name = keyName(ENVIRONMENT, `trader-${index}`, 'a');
    const account = accountOf(index);
    const [former, current] = [randomUUID(), randomUUID()];
    const issue = (version: string) => {
      const label = exchangeLabel(
        { account: LOCAL_ACCOUNT, region: REGION, environment: ENVIRONMENT },
        secretName(name),
        version,
      );
      return exchange.createKeyByHand({ account, label, permissions: TRADING, ips: IPS });
    };
    const inOverlap = index % ONE_IN_OVERLAP === 0;
    const old = inOverlap ? await issue(former) : REVOKED;
    const permissions = [KeyPermission.READ, KeyPermission.TRADE];
    const SecretId = await create(name, { account, permissions }, former, document(name, old, account));
    await client.send(
      new PutSecretValueCommand({
        SecretId,
        ClientRequestToken: current,
        SecretString: document(name, await issue(current), account),
        VersionStages: [CURRENT],
      }),
    );
    if (!inOverlap) return undefined;
    const VersionStage = formatLabel(LabelKind.REVOKE, overlapEnd);
    await client.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId: former }));
    return old.id;
  }

  async function create(
    name: KeyName,
    described: Pick<Parameters<typeof formatDescription>[0], 'account' | 'permissions'>,
    ClientRequestToken: string,
    SecretString: string,
  ): Promise<string> {
    const common = { owner: 'desk-1', exchange: 'xxkk', tier: RiskTier.HIGH, overlapHours: OVERLAP_HOURS };
    const Description = formatDescription({ ...common, ...described });
    const request = { Name: secretName(name), Description, ClientRequestToken, SecretString };
    const { ARN } = await client.send(new CreateSecretCommand(request));
    return ARN as string;
  }
}

/** A key the exchange no longer has. */
/** As a rotation left it: with the label by which the exchange knew it. */
const REVOKED = { id: 'revoked', apiKey: 'revoked', apiSecret: 'revoked', label: 'xk00000000000000' };

const document = (
  name: KeyName,
  { id: keyId, apiKey, apiSecret, label }: Issued & { label?: string },
  account?: string,
): string =>
  formatKeyDocument({
    schema: 1,
    exchange: 'xxkk',
    name: name.text,
    ...(account !== undefined && { account }),
    keyId,
    apiKey,
    apiSecret,
    ...(label !== undefined && { label }),
    createdAt: new Date().toISOString(),
  });

function allowlist(): object {
  const [address] = IPS;
  const cidr = `${address}/32`;
  const entry = { availabilityZone: `${REGION}a`, allocationId: 'eipalloc-0123456789abcdef0', address, cidr };
  const entries = [{ ...entry, role: 'active' }];
  return { schemaVersion: 1, environment: ENVIRONMENT, region: REGION, cidrs: [cidr], entries };
}
