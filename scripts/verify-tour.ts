// The part of `npm start` about proof: both probes pass, then the exchange forgets its allowlist and the outside probe notices.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Config } from '../bin/config/config';
import { alarmName } from '../contract/alarms';
import { LOCK_FILE } from '../contract/lock';
import { type ProbeAnswer, parseVerifyDocument, verifyParameterName } from '../contract/verify';
import { LocalAwsHooks } from '../local-aws/test-hooks';
import { EchoService } from '../test/support/echo-service';
import type { Tour } from './keys-tour';
import { command } from './operator-command';

/** Loopback services in the place of those that the configuration names, which nobody here can reach. */
export async function localEchoServices({ ring }: Config): Promise<EchoService[]> {
  return Promise.all((ring?.probes?.echoServices ?? []).map(() => EchoService.start()));
}

/** The configuration with these services, as a file; the given one where it has no probes. */
export function withEchoServices(
  config: Config,
  file: string,
  services: readonly EchoService[],
  folder: string,
): string {
  const { ring } = config;
  if (!ring?.probes) return file;
  const beside = path.dirname(path.resolve(file));
  const probes = { ...ring.probes, echoServices: services.map(({ url }) => url) };
  const exchangeFile = path.resolve(beside, ring.exchangeFile);
  const local = path.join(folder, 'exchange-keys.json');
  const lockFile = config.lockFile && path.resolve(beside, config.lockFile);
  writeFileSync(local, JSON.stringify({ ...config, lockFile, ring: { ...ring, exchangeFile, probes } }));
  return local;
}

/** Writes the lock, lets every probe run, and shows what happens when the exchange lets everybody in. */
export async function tourVerify(tour: Tour, workspace: string): Promise<void> {
  const { endpoint, config, exchange, say } = tour;
  if (!config.ring?.probes) return;
  const lock = path.join(workspace, LOCK_FILE);
  say('writing the lock of what is deployed, and that the exchange was told');
  await command(tour, ['allowlist', 'lock', '--lock', lock, '--regions', Object.keys(config.regions).join(',')]);
  await command(tour, ['allowlist', 'told', '--exchange', 'xxkk', '--all', '--lock', lock]);

  const region = config.ring.homeRegion;
  const options = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const [lambda, ssm] = [new LambdaClient(options), new SSMClient(options)];
  try {
    const Name = verifyParameterName(config.environment);
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    const { insideProbes, outsideProbe = '' } = parseVerifyDocument(Parameter?.Value ?? '');
    for (const [zone, name] of Object.entries(insideProbes)) {
      tell(say, `inside probe of ${zone}`, await probe(lambda, name), 'pass');
    }
    tell(say, 'outside probe', await probe(lambda, outsideProbe), 'pass');
    say('the exchange stops looking at its allowlist');
    await exchange.control.configure({ enforceAllowlist: false });
    tell(say, 'outside probe', await probe(lambda, outsideProbe), 'fail');
    const { alarms } = await new LocalAwsHooks(endpoint).evaluateAlarms(region, new Date(Date.now() + 60_000));
    const alarm = alarmName(config.environment, 'OutsideProbeFailed');
    if (alarms[alarm] !== 'ALARM') throw new Error(`alarm ${alarm} should be on, and is ${alarms[alarm]}`);
    say(`alarm ${alarm} is on`);
  } finally {
    await exchange.control.configure({ enforceAllowlist: true });
    lambda.destroy();
    ssm.destroy();
  }
}

async function probe(lambda: LambdaClient, FunctionName: string): Promise<ProbeAnswer> {
  const { FunctionError, Payload = [] } = await lambda.send(new InvokeCommand({ FunctionName }));
  const text = Buffer.from(Payload).toString();
  if (FunctionError) throw new Error(`${FunctionName} failed: ${text}`);
  return JSON.parse(text);
}

function tell(say: Tour['say'], what: string, { outcome, checks }: ProbeAnswer, expected: string): void {
  for (const { check, subject, detail, ...one } of checks)
    say(`${what}: ${one.outcome}, ${check} of ${subject}: ${detail}`);
  if (outcome !== expected) throw new Error(`${what} should ${expected}, and its outcome is ${outcome}`);
}
