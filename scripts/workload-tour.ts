// The last part of `npm start`: a bot with its loader trades while its key is rotated, and counts what failed.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { KeyConfig } from '../bin/config/config';
import { exchangeParameterName, keyName, secretName } from '../contract/keys';
import { clientVariables } from '../local-aws/start-local-aws';
import type { Tour } from './keys-tour';
import { command } from './operator-command';
import type { BotReport } from './tour-bot';

const EXCHANGE = 'xxkk';
/** What the bot calls. */
const ENDPOINTS = ['GET /v1/positions', 'POST /v1/orders'];
/** Requests before the rotation, and with the new version. */
const ENOUGH = 20;
const PATIENCE_MS = 60_000;

/** Throws where a request failed. */
export async function tourWorkload(tour: Tour): Promise<void> {
  const { endpoint, config, exchange, addresses, say } = tour;
  const { environment, ring, keys = {} } = config;
  const may = (permission: 'read' | 'trade') => (one: KeyConfig) => one.permissions.includes(permission);
  const key = Object.values(keys).filter(may('read')).find(may('trade'));
  if (!ring || !key) return;
  const name = keyName(environment, key.purpose, key.instance);
  const parameter = exchangeParameterName(environment, EXCHANGE);
  const missing = await missingEndpoints(endpoint, ring.homeRegion, parameter);
  if (missing.length > 0) {
    say(`no bot trades: the exchange's configuration has no ${missing.join(', ')} in 'endpoints'`);
    return;
  }
  say(`a bot trades with ${name.text}; hours in which its loader waits pass in seconds`);
  const env = {
    ...process.env,
    ...clientVariables(endpoint, ring.homeRegion),
    XXKK_SECRET_ID: secretName(name),
    XXKK_KEY_NAME: name.text,
    XXKK_KEY_PERMISSIONS: key.permissions.join(','),
    XXKK_EXCHANGE_PARAMETER: parameter,
    XXKK_API_BASE_URL: exchange.url,
  };
  const bot = fork(path.join(__dirname, 'tour-bot.ts'), [addresses[0]], { env, execArgv: ['--import', 'tsx'] });
  try {
    await reported(bot, ({ requests }) => requests >= ENOUGH);
    say(`rotating ${name.text} under it`);
    await command(tour, ['key', 'rotate', name.text, '--wait', '--yes']);
    const { requests: before } = await reported(bot, ({ versions }) => versions.length > 1);
    await reported(bot, ({ requests }) => requests >= before + ENOUGH);
    const { requests, failed, versions } = await stopped(bot);
    if (failed.length > 0) {
      throw new Error(`${failed.length} of the bot's ${requests} requests failed: ${[...new Set(failed)].join(', ')}`);
    }
    say(`the bot went from version ${versions.join(' to ')}: ${requests} requests, none failed`);
  } finally {
    bot.kill('SIGKILL');
  }
}

/** The first report that is enough. */
async function reported(bot: ChildProcess, isEnough: (report: BotReport) => boolean): Promise<BotReport> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const gone = once(bot, 'exit', { signal }).then(([code]) => Promise.reject(new Error(`the bot ended with ${code}`)));
  try {
    for (;;) {
      const [report] = (await Promise.race([once(bot, 'message', { signal }), gone])) as [BotReport];
      if (isEnough(report)) return report;
    }
  } finally {
    gone.catch(() => undefined);
    stop.abort();
  }
}

/** Tells it to stop, and gives its last report. */
async function stopped(bot: ChildProcess): Promise<BotReport> {
  let last: BotReport | undefined;
  bot.on('message', (report: BotReport) => {
    last = report;
  });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const [[code]] = await Promise.all([
    once(bot, 'exit', { signal }),
    once(bot, 'disconnect', { signal }),
    bot.send('stop'),
  ]);
  if (last === undefined || code !== 0) throw new Error(`the bot ended with ${code}`);
  return last;
}

async function missingEndpoints(endpoint: string, region: string, Name: string): Promise<string[]> {
  const ssm = new SSMClient({ endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    const { endpoints = {} } = JSON.parse(Parameter?.Value ?? '{}');
    return ENDPOINTS.filter((one) => !(one in endpoints));
  } finally {
    ssm.destroy();
  }
}
