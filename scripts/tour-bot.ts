// The bot of `npm start`, a process of its own: trades through the loader until it is told to stop, then says what became of its requests.
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchangeClient, type LoaderLogger, loadKey, type Timers } from '../loaders/node';

/** What the bot says to the tour. */
export interface BotReport {
  readonly requests: number;
  /** Outcome or code of each that failed. */
  readonly failed: readonly string[];
  readonly versions: readonly string[];
}

const PAUSE_MS = 50;
/** Waits of minutes and hours pass so many times faster. */
const HURRY = 3_600;

const timers: Timers = {
  setTimeout: (callback, wait) => setTimeout(callback, wait > 60_000 ? wait / HURRY : wait),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** What goes well is told by the tour. */
const logger: LoaderLogger = { info: () => undefined, warn: (message) => console.error(message) };

/** `fetch` from an address of the network; this machine stands for the NAT gateway. */
function fetchFrom(localAddress: string): (url: string, init: RequestInit) => Promise<Response> {
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const options = { method, headers: headers as Record<string, string>, localAddress, signal: signal ?? undefined };
      const sent = request(url, options, (answer) => {
        const { statusCode: status, headers: received } = answer;
        resolve(new Response(Readable.toWeb(answer) as ReadableStream, { status, headers: received as never }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
}

async function main(from: string): Promise<void> {
  const records = () => undefined; // the log of this bot is nobody's
  await using key = await loadKey({ timers, records, logger });
  const exchange = await exchangeClient({ key, records, logger, sourceIp: from, fetch: fetchFrom(from) });
  const versions = [key.current.keyVersion];
  key.onRotate(({ current }) => {
    versions.push(current.keyVersion);
  });
  const failed: string[] = [];
  let requests = 0;
  const call = async (path: string, init: Parameters<typeof exchange.fetch>[1]) => {
    requests++;
    const said = await exchange.fetch(path, init).then(
      ({ outcome }) => outcome,
      (error) => String(error.code),
    );
    if (said !== 'ok') failed.push(said);
  };
  const report = () => process.send?.({ requests, failed, versions } satisfies BotReport);

  const stop = new AbortController();
  process.once('message', () => stop.abort());
  for (let number = 1; !stop.signal.aborted; number++) {
    const order = { symbol: 'BTC-USD', side: 'Buy', qty: '0.01', clientOrderId: `tour-${process.pid}-${number}` };
    await call('/v1/positions', {});
    await call('/v1/orders', { method: 'POST', body: order });
    report();
    await sleep(PAUSE_MS);
  }
  exchange.close();
  report();
  process.disconnect();
}

void main(process.argv[2]);
