// The passes that are measured on each ring, in the order in which a day brings them.
import { clientVariables, type LocalAws, startLocalAws } from '../../local-aws/start-local-aws';
import { ExchangeProcess } from './exchange-process';
import { type MeasuredPass, measurePass } from './measure-pass';
import { accountsOf, createRing, REGION } from './ring';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUARTER = HOUR / 4;
/** A secret that was just changed gets more attention than one at rest. */
const AT_REST = 24 * HOUR;
/** Whose turn it is follows from the time of day: always the same one, so that the counts are. */
const ROUND = 6 * HOUR;
/** From then on to the end of the overlaps. */
const OVERLAP_LEFT = 12 * HOUR;

export async function measureRings(
  sizes: readonly number[],
  progress: (text: string) => void,
): Promise<MeasuredPass[]> {
  const aws = await startLocalAws();
  Object.assign(process.env, clientVariables(aws.endpoint, REGION));
  try {
    const measured: MeasuredPass[] = [];
    for (const keys of sizes) measured.push(...(await measureRing(aws, keys, progress)));
    return measured;
  } finally {
    await aws.stop();
  }
}

async function measureRing(aws: LocalAws, keys: number, progress: (text: string) => void): Promise<MeasuredPass[]> {
  await fetch(`${aws.endpoint}/moto-api/reset`, { method: 'POST' });
  const exchange = await ExchangeProcess.start(accountsOf(keys));
  try {
    progress(`${keys} keys: creating them`);
    const ahead = startOfRound(Date.now() + AT_REST) - Date.now();
    const overlapEnd = Date.now() + ahead + OVERLAP_LEFT;
    const old = await createRing(exchange, keys, Math.floor(overlapEnd / 1000));
    const run = (pass: string, later: number, sinceSeconds: number) => {
      progress(`${keys} keys: ${pass}`);
      return measurePass(exchange, keys, pass, { now: () => Date.now() + ahead + later, sinceSeconds });
    };
    const after = OVERLAP_LEFT + MINUTE;
    const passes = [
      await run('nothing due', 0, 0),
      // what happens every quarter of an hour: a key's routine check comes once in 24 passes
      await run('one slot of 24', 0, QUARTER / 1000),
      await run('check of all', 0, 24 * 3600),
      // the overlap of every tenth is over: a step in each of two passes
      await run('10 % restricted', after, 0),
      await run('10 % revoked', after + QUARTER, 0),
      await run('after that', after + 2 * QUARTER, 0),
    ];
    const live = await exchange.liveKeys();
    if (old.length === 0 || old.some((id) => live.includes(id))) throw new Error('an old key lives on');
    if (live.length !== keys + 1) throw new Error(`${live.length} keys live on at the exchange, expected ${keys + 1}`);
    return passes;
  } finally {
    await exchange.stop();
  }
}

const startOfRound = (time: number): number => Math.ceil(time / ROUND) * ROUND;
