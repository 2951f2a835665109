/**
 * The loopback exchange as a process of its own: `node --import tsx test/support/exchange/main.ts`.
 *
 * First line of stdin: its options as a JSON object (`{}` for the defaults): port, controlPort, masterAccount,
 * subAccounts, settings. First line of stdout: `{"url": …, "controlUrl": …}` as soon as it accepts requests.
 * It stops on SIGTERM, SIGINT or the end of stdin, so it does not outlive who started it. Exit 2: unusable options.
 */
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ExchangeOptions, LoopbackExchange } from './loopback-exchange';

const KNOWN = ['port', 'controlPort', 'masterAccount', 'subAccounts', 'settings'];

function readOptions(line: string | undefined): ExchangeOptions {
  const expected = `expected a JSON object with any of ${KNOWN.join(', ')} as first line of stdin`;
  let options: unknown;
  try {
    options = JSON.parse(line ?? '');
  } catch {
    throw new Error(expected);
  }
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw new Error(expected);
  const unknown = Object.keys(options).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) throw new Error(`unknown option ${unknown.join(', ')}; ${expected}`);
  return options;
}

async function main(): Promise<void> {
  const signal = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
  const lines = createInterface({ input: process.stdin });
  const ended = once(lines, 'close');
  const first = await Promise.race([once(lines, 'line'), ended, signal]);
  if (first) {
    const exchange = await LoopbackExchange.start(readOptions(first[0]));
    process.stdout.write(`${JSON.stringify({ url: exchange.url, controlUrl: exchange.controlUrl })}\n`);
    await Promise.race([ended, signal]);
    await exchange.stop();
  }
  lines.close();
  process.stdin.destroy();
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
});
