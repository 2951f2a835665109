// A ring that verifies its way out, in the local AWS: real functions that answer what the test has written down for them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { allowlistParameterName } from '../../../../../contract/allowlist';
import { ringParameterName } from '../../../../../contract/keys';
import { type LockDocument, markTold, mergeDeployed, serializeLock } from '../../../../../contract/lock';
import {
  type ProbeAnswer,
  type ProbeCheck,
  serializeTradingGate,
  tradingGateDocument,
  tradingGateParameterName,
  type VerifyDocument,
  verifyParameterName,
} from '../../../../../contract/verify';
import { document } from '../../../../contract/allowlist-formats/arbitraries';
import { REGION, RING } from '../../watch/support/watched-ring';

export const VERIFY: VerifyDocument = {
  schema: 1,
  environment: 'prod',
  region: REGION,
  egressCheck: 'egress-check',
  tradingGate: 'trading-gate',
  tradingGateParameter: tradingGateParameterName('prod'),
  doNotTradeAlarm: 'exchange-keys-prod-DoNotTrade',
  outsideProbe: 'outside-probe',
  insideProbes: { 'eu-west-1a': 'inside-probe-a', 'eu-west-1b': 'inside-probe-b' },
};

export const FUNCTIONS = ['egress-check', 'trading-gate', 'outside-probe', 'inside-probe-a', 'inside-probe-b'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** `gate`: the reasons that the trading gate writes into its parameter. `text`: answered as it is. */
export type Turn = { readonly answer: unknown } | { readonly throws: string } | { readonly gate: readonly string[] };

export const PUBLISHED = document(REGION, { a: ['34.240.0.1', 'active'], b: ['34.240.0.2', 'standby'] });

export const EGRESS_OK = { checked: true, differences: [], unreadable: [] };
const KEYS = [{ keyName: 'prod-egress-probe-0', exchange: 'xxkk', allowlist: ['34.240.0.1/32', '34.240.0.2/32'] }];

export function check(more: Partial<ProbeCheck> = {}): ProbeCheck {
  return { check: 'signed-read', subject: 'prod-egress-probe-0', outcome: 'pass', code: 'OK', detail: 'read', ...more };
}

export function inside(zone: string, more: Partial<ProbeAnswer> = {}): ProbeAnswer {
  const at = '2026-11-22T10:00:00.000Z';
  return { schema: 1, probe: 'inside', zone, outcome: 'pass', at, checks: [check()], keys: KEYS, ...more };
}

export function outside(more: Partial<ProbeAnswer> = {}): ProbeAnswer {
  const { zone, ...answer } = inside('', { probe: 'outside', checks: [check({ check: 'refused-outside' })] });
  return { ...answer, ...more };
}

/** Everything holds. */
export const GOOD: Readonly<Record<FunctionName, Turn>> = {
  'egress-check': { answer: EGRESS_OK },
  'trading-gate': { gate: [] },
  'outside-probe': { answer: outside() },
  'inside-probe-a': { answer: inside('eu-west-1a') },
  'inside-probe-b': { answer: inside('eu-west-1b') },
};

/** The next turn of its file; the last one for ever. The SDK is only loaded where it is needed: it takes a second. */
const CODE = `
const fs = require('node:fs');
exports.handler = async () => {
  const turns = JSON.parse(fs.readFileSync(process.env.TURNS, 'utf8'));
  const [turn, ...rest] = turns;
  if (rest.length > 0) fs.writeFileSync(process.env.TURNS, JSON.stringify(rest));
  if ('throws' in turn) throw new Error(turn.throws);
  if ('answer' in turn) return turn.answer;
  const { SSMClient, PutParameterCommand } = require('@aws-sdk/client-ssm');
  const now = Date.now();
  const [checkedAt, validUntil] = [now, now + 600000].map((time) => new Date(time).toISOString());
  const reasons = turn.gate;
  const gate = { schema: 1, environment: 'prod', region: 'eu-west-1', allowed: reasons.length === 0, checkedAt, validUntil, reasons };
  await new SSMClient({}).send(new PutParameterCommand({ Name: '${VERIFY.tradingGateParameter}', Type: 'String', Overwrite: true, Value: JSON.stringify(gate) }));
  return gate;
};
`;

export class VerifiedRing {
  public static async deploy(): Promise<VerifiedRing> {
    const ring = new VerifiedRing(mkdtempSync(path.join(tmpdir(), 'exchange-keys-gate-')));
    ring.plan();
    await createStack(ring.folder);
    await ring.publish();
    return ring;
  }

  private readonly ssm = new SSMClient({ region: REGION });

  private constructor(public readonly folder: string) {}

  /** What the functions do from now on, one turn for each invocation; others do what is good. */
  public plan(turns: Partial<Record<FunctionName, readonly Turn[]>> = {}): void {
    for (const name of FUNCTIONS) {
      writeFileSync(path.join(this.folder, name), JSON.stringify(turns[name] ?? [GOOD[name]]));
    }
  }

  /** How many turns of a function are left; the last one is never taken. */
  public left(name: FunctionName): number {
    return JSON.parse(readFileSync(path.join(this.folder, name), 'utf8')).length;
  }

  public async publish(verify: VerifyDocument = VERIFY): Promise<void> {
    await this.put(ringParameterName('prod'), JSON.stringify(RING));
    await this.put(verifyParameterName('prod'), JSON.stringify(verify));
    await this.put(allowlistParameterName('prod', REGION), JSON.stringify(PUBLISHED));
    await this.put(VERIFY.tradingGateParameter, 'not written yet');
  }

  public async put(Name: string, Value: string): Promise<void> {
    await this.ssm.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
  }

  public async gateText(): Promise<string | undefined> {
    return (await this.ssm.send(new GetParameterCommand({ Name: VERIFY.tradingGateParameter }))).Parameter?.Value;
  }

  /** A lock of what is published, of which these exchanges were told; its file. */
  public writeLock(exchanges: readonly string[] = ['xxkk'], change = (lock: LockDocument) => lock): string {
    const file = path.join(this.folder, 'egress.lock.json');
    const { document: lock } = mergeDeployed(undefined, [PUBLISHED], { today: '2026-11-20' });
    const addresses = PUBLISHED.entries.map(({ address }) => address);
    const told = exchanges.reduce(
      (before, exchange) => markTold(before, { exchange, addresses, day: '2026-11-21' }),
      lock,
    );
    writeFileSync(file, serializeLock(change(told)));
    return file;
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** As the function writes it. */
export function gateText(reasons: readonly string[], now = new Date()): string {
  return serializeTradingGate(tradingGateDocument({ environment: 'prod', region: REGION }, reasons, now));
}

async function createStack(folder: string): Promise<void> {
  const client = new CloudFormationClient({ region: REGION });
  const Resources = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      },
    },
    ...Object.fromEntries(
      FUNCTIONS.map((FunctionName) => [
        FunctionName.replaceAll('-', ''),
        {
          Type: 'AWS::Lambda::Function',
          Properties: {
            FunctionName,
            Handler: 'index.handler',
            Runtime: 'nodejs22.x',
            Timeout: 60,
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Environment: { Variables: { TURNS: path.join(folder, FunctionName) } },
            Code: { ZipFile: CODE },
          },
        },
      ]),
    ),
  };
  const StackName = 'verified-ring';
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify({ Resources }),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { StackName });
}
