// Writes the trading gate: open only while every alarm that can stop trading is OK, closed for whatever goes wrong.
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { VerifyMetric } from '../../contract/metrics';
import {
  readTradingGate,
  serializeTradingGate,
  type TradingGateDocument,
  tradingGateDocument,
} from '../../contract/verify';
import { awsRefusal, refusalOf } from '../shared/aws-refusal';
import { log } from '../shared/logger';
import { type GateAlarms, reasonsNotToTrade } from './trading-gate-alarms';

export interface TradingGateOptions {
  readonly environment: string;
  /** Home region of the ring. */
  readonly region: string;
  /** Name of the SSM parameter. */
  readonly parameter: string;
  /** A setting that is missing is as good as an alarm that cannot be read. */
  readonly alarms: () => GateAlarms;
  readonly cloudwatch: CloudWatchClient;
  readonly ssm: SSMClient;
  readonly publishCounts: (counts: Iterable<readonly [string, number]>) => void;
  readonly now: () => Date;
}

/** A run has four such steps at most, and a function that is stopped leaves the old text. */
const STEP_MS = 12_000;

/**
 * What the parameter says afterwards.
 * @throws Refusal `AWS_NOT_ALLOWED`, `AWS_CALL_FAILED` when it could not be written: what it says ends by itself.
 */
export async function runTradingGate(options: TradingGateOptions): Promise<TradingGateDocument> {
  let allowed = 0;
  try {
    const [before, first] = await Promise.all([previousText(options), look(options)]);
    await write(options, first);
    const last = first.allowed ? await lookBehind(options, first) : first;
    tellChange(options, before, last);
    allowed = last.allowed ? 1 : 0;
    return last;
  } finally {
    options.publishCounts([[VerifyMetric.TRADING_ALLOWED, allowed]]);
  }
}

/**
 * Runs overlap, and a parameter has no conditional write: this one may have looked before an alarm went off and written
 * after the run that closed the gate. So whoever opens it looks again afterwards, and the last one to open it has seen
 * all alarms OK since.
 */
async function lookBehind(options: TradingGateOptions, first: TradingGateDocument): Promise<TradingGateDocument> {
  const second = await look(options);
  if (second.allowed) return first;
  await write(options, second);
  return second;
}

async function look({
  environment,
  region,
  alarms,
  cloudwatch,
  now,
}: TradingGateOptions): Promise<TradingGateDocument> {
  const checkedAt = now();
  return tradingGateDocument({ environment, region }, await reasons(alarms, cloudwatch), checkedAt);
}

async function reasons(alarms: () => GateAlarms, cloudwatch: CloudWatchClient): Promise<string[]> {
  try {
    return await reasonsNotToTrade(cloudwatch, alarms(), AbortSignal.timeout(STEP_MS));
  } catch (error) {
    const { code, message } = refusalOf(error);
    log('alarms unreadable', { code, detail: message });
    return [`alarms cannot be read (${code})`];
  }
}

async function write({ ssm, parameter }: TradingGateOptions, document: TradingGateDocument): Promise<void> {
  const command = new PutParameterCommand({
    Name: parameter,
    Value: serializeTradingGate(document),
    Type: 'String',
    Overwrite: true,
  });
  try {
    await ssm.send(command, { abortSignal: AbortSignal.timeout(STEP_MS) });
  } catch (error) {
    throw awsRefusal('ssm:PutParameter', parameter, error);
  }
}

/** Only to tell whether something has changed: without an answer, it has. */
async function previousText({ ssm, parameter }: TradingGateOptions): Promise<string | undefined> {
  try {
    const command = new GetParameterCommand({ Name: parameter });
    const { Parameter } = await ssm.send(command, { abortSignal: AbortSignal.timeout(STEP_MS) });
    return Parameter?.Value;
  } catch {
    return undefined;
  }
}

function tellChange(
  { environment, now }: TradingGateOptions,
  before: string | undefined,
  { allowed, reasons }: TradingGateDocument,
): void {
  const old = readTradingGate(before, { environment, now: now() });
  const detail = reasons.join(', ');
  if (old.allowed === allowed && old.reasons.join(', ') === detail) return;
  log('trading gate', { outcome: allowed ? 'open' : 'closed', detail });
}
