// How large the functions of the watch are, how long a fresh process loads them, and which clients of AWS it loads when.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../contract/allowlist';
import { ALLOWLIST_REGIONS_VARIABLE, ENVIRONMENT_VARIABLE, formatDescription } from '../../contract/keys';
import {
  FINDINGS_TABLE_VARIABLE,
  LEARNING_HOURS_VARIABLE,
  SPIKE_FAILURES_VARIABLE,
  WATCH_LIMITS,
} from '../../contract/watch';
import { createSecretsClient, createSsmClient } from '../../runtime/shared/secrets-client';
import { createTableClient } from '../../runtime/watch/findings-table';
import { medians, type Summary, summarize } from '../statistics';
import { type Built, buildFunctions } from './build';
import { runNode } from './child';
import { createTable } from './table';
import { ADDRESSES, controlMessage, type Delivery, deliveryOf, ENVIRONMENT, ringOf } from './traffic';

export interface Step {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Clients of the AWS SDK that are loaded after it. */
  readonly clients: readonly string[];
}

export interface Loaded extends Omit<Built, 'file'> {
  /** Loading it, against loading the bare client of DynamoDB: CPU time. */
  readonly cpuRatio: Summary;
  readonly cpuMs: { readonly subject: number; readonly baseline: number };
  readonly wallMs: { readonly subject: number; readonly baseline: number };
  readonly clients: readonly string[];
}

export interface FirstCall extends Step {
  readonly step: string;
}

export interface Loads {
  readonly functions: Loaded[];
  /** Of one fresh process of the detector. */
  readonly firstCalls: FirstCall[];
}

const REGION = 'eu-west-1';
const TABLE = 'findings-of-a-fresh-process';
const SCRIPT = path.join(__dirname, 'first-calls.cjs');
const BARE = '@aws-sdk/client-dynamodb';
const FEW_KEYS = 10;

export async function measureLoads(
  pairs: number,
  variables: NodeJS.ProcessEnv,
  progress: (text: string) => void,
): Promise<Loads> {
  const { built, remove } = await buildFunctions();
  try {
    const functions: Loaded[] = [];
    for (const one of built) {
      progress(`${pairs} pairs of fresh processes that load ${one.name}`);
      functions.push(await measureLoad(one, pairs, variables));
    }
    progress('first calls of a fresh detector');
    const [detector] = built;
    return { functions, firstCalls: await firstCalls(detector.file, variables) };
  } finally {
    remove();
  }
}

async function measureLoad({ file, ...built }: Built, pairs: number, variables: NodeJS.ProcessEnv): Promise<Loaded> {
  const load = async (module: string) => (await runNode<Step[]>([SCRIPT, module], variables))[0];
  const measured: { readonly subject: Step; readonly baseline: Step }[] = [];
  for (let index = 0; index < pairs; index++) {
    const first = index % 2 === 0 ? undefined : await load(BARE);
    const subject = await load(file);
    measured.push({ subject, baseline: first ?? (await load(BARE)) });
  }
  const times = (what: 'cpuMs' | 'wallMs') =>
    measured.map(({ subject, baseline }) => ({ subject: subject[what], baseline: baseline[what] }));
  return {
    ...built,
    cpuRatio: summarize(times('cpuMs').map(({ subject, baseline }) => subject / baseline)),
    cpuMs: medians(times('cpuMs')),
    wallMs: medians(times('wallMs')),
    clients: measured[0].subject.clients,
  };
}

/** The built detector against the local AWS, one delivery after another. */
async function firstCalls(file: string, variables: NodeJS.ProcessEnv): Promise<FirstCall[]> {
  const versions = await createRing();
  const quiet = deliveryOf(10 * FEW_KEYS, FEW_KEYS, Date.now(), 0, (key) => versions[key]);
  const deliveries: [string, Delivery][] = [
    ['control message', controlMessage()],
    ['first records', quiet],
    ['the same keys again', quiet],
  ];
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-watch-'));
  try {
    const events = path.join(folder, 'events.json');
    writeFileSync(events, JSON.stringify(deliveries.map(([, delivery]) => delivery)));
    const settings = {
      [ENVIRONMENT_VARIABLE]: ENVIRONMENT,
      [ALLOWLIST_REGIONS_VARIABLE]: REGION,
      [FINDINGS_TABLE_VARIABLE]: TABLE,
      [LEARNING_HOURS_VARIABLE]: String(WATCH_LIMITS.learningHours.normal),
      [SPIKE_FAILURES_VARIABLE]: String(WATCH_LIMITS.spikeFailures.normal),
    };
    const steps = await runNode<Step[]>([SCRIPT, file, events], { ...variables, ...settings });
    return ['load', ...deliveries.map(([step]) => step)].map((step, index) => ({ step, ...steps[index] }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives the current version of each key. */
async function createRing(): Promise<string[]> {
  await createTable(createTableClient(REGION), TABLE);
  const entries = ADDRESSES.map((address, index) => ({
    availabilityZone: `${REGION}${'abc'[index]}`,
    allocationId: `eipalloc-0123456789abcdef${index}`,
    address,
    cidr: `${address}/32`,
    role: 'active',
  }));
  const cidrs = entries.map(({ cidr }) => cidr);
  const document = { schemaVersion: 1, environment: ENVIRONMENT, region: REGION, cidrs, entries };
  const Name = allowlistParameterName(ENVIRONMENT, REGION);
  await createSsmClient(REGION).send(
    new PutParameterCommand({ Name, Type: 'String', Value: JSON.stringify(document), Overwrite: true }),
  );
  const secrets = createSecretsClient(REGION);
  const versions: string[] = [];
  for (const { secretName, description } of ringOf(FEW_KEYS)) {
    const { VersionId } = await secrets.send(
      new CreateSecretCommand({
        Name: secretName,
        Description: formatDescription(description),
        SecretString: 'never read',
      }),
    );
    versions.push(VersionId as string);
  }
  return versions;
}
