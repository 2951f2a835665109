// A bot as a user would write it: loads its key, trades until it is told to rest, and tells the test of every answer on descriptor 3.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchangeClient, type KeyHolder, loadKey, type Timers } from '../../../loaders/node';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

const tell = (event: object) => writeSync(3, `${JSON.stringify(event)}\n`);

/** Waits of some lengths pass faster: see hurry.ts. */
function timers(): Timers {
  const rules: { from: number; to?: number; factor: number }[] = JSON.parse(process.env.TEST_HURRY ?? '[]');
  const fits = (wait: number) => rules.find(({ from, to = Number.POSITIVE_INFINITY }) => wait >= from && wait <= to);
  return {
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds / (fits(milliseconds)?.factor ?? 1)),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}

const PAUSE_MS = 60;
let isTrading = false;
let resting: Promise<void> = Promise.resolve();

async function main(): Promise<void> {
  const key = await loadKey({ timers: timers() });
  const exchange = process.env.TEST_REPORTS_ONLY ? undefined : await exchangeClient({ key });
  key.onRotate(({ previous, current }) => {
    tell({ event: 'rotated', from: previous.keyVersion, to: current.keyVersion });
  });

  const call = async ({ method, path, body }: Call) => {
    const asked = { event: 'answer', what: `${method} ${path}` };
    try {
      const { outcome, exchangeCode } = await (exchange as NonNullable<typeof exchange>).fetch(path, { method, body });
      tell({ ...asked, outcome, exchangeCode });
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      tell({ ...asked, outcome: 'thrown', code, message });
    }
  };
  const trade = async () => {
    for (let number = 1; isTrading; number++) {
      const clientOrderId = `${process.pid}-${Date.now()}-${number}`;
      const order = { symbol: 'BTC-USD', side: number % 2 ? 'Buy' : 'Sell', qty: '0.01', clientOrderId };
      await call({ method: 'GET', path: '/v1/positions' });
      await call({ method: 'POST', path: '/v1/orders', body: order });
      await sleep(PAUSE_MS);
    }
  };
  tell({ event: 'ready', version: key.current.keyVersion, source: key.current.source });

  for await (const line of createInterface({ input: process.stdin })) {
    const { do: what, ...rest } = JSON.parse(line);
    if (what === 'trade') {
      isTrading = true;
      resting = trade();
    } else if (what === 'rest') {
      isTrading = false;
      await resting;
      tell({ event: 'resting', version: key.current.keyVersion });
    } else if (what === 'call') await call(rest);
    else if (what === 'show') show(key);
    else if (what === 'stop') break;
  }
  isTrading = false;
  await resting;
  exchange?.close();
  await key.close();
}

/** What a careless program would write into its log. */
function show(key: KeyHolder): void {
  console.error(key, key.current, String(key.current), JSON.stringify({ key, current: key.current }));
  tell({ event: 'shown' });
}

// A refusal at start ends the program, as it would any.
void main().then(() => process.exit(0));
