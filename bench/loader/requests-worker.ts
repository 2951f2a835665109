// Runs in child processes: orders through the client against `fetch` with the same bytes, over loopback or with an answer at hand.
import type { Fetch } from '../../loaders/node/request';
import { bareSide, clientSide, type Given, handWrittenSide, repeated, type Sent } from './order';
import type { Answer } from './rounds';
import { stages, timedApart } from './stages';
import { answer, type Turns, takeTurns } from './take-turns';

/** The key is in the environment, for no command line shows it. */
export interface RequestsJob extends Omit<Given, 'apiKey' | 'apiSecret'> {
  /** `loopback`: the exchange answers; `none`: what it has answered once is the answer, so that nothing but work is left. */
  readonly network: 'loopback' | 'none';
  readonly turns: Turns;
}

export interface RequestsAnswer extends Answer {
  /** Microseconds of each stage, each time after a request. */
  readonly apart: Readonly<Record<string, readonly number[]>>;
}

/** Of the network. */
const throughNetwork: Fetch = (url, init) => fetch(url, init);

async function run({ network, turns, ...job }: RequestsJob): Promise<RequestsAnswer> {
  const { XXKK_API_KEY: apiKey = '', XXKK_API_SECRET: apiSecret = '' } = process.env;
  const given: Given = { ...job, apiKey, apiSecret };
  let sent: Sent | undefined;
  let received: { readonly text: string; readonly init: ResponseInit } | undefined;
  const recording: Fetch = async (url, init) => {
    sent = { url, init };
    const response = await throughNetwork(url, init);
    const { status, headers } = response;
    received = { text: await response.clone().text(), init: { status, headers: [...headers] } };
    return response;
  };
  const atHand: Fetch = async () => new Response(received?.text, received?.init);
  const used = network === 'loopback' ? throughNetwork : atHand;
  const recorder = await clientSide(given, { fetch: recording, aggregate: false });
  const client = await clientSide(given, { fetch: used, aggregate: false });
  const aggregating = await clientSide(given, { fetch: used, aggregate: true });
  // the signature of what was sent is good for five seconds
  const record = () => recorder.side(1);
  await record();
  const parts = stages(given, received?.text ?? '');
  const bare = bareSide(used, () => sent as Sent);
  const sides = {
    bare,
    'signed by hand': handWrittenSide(used, given),
    client: client.side,
    'client, aggregating': aggregating.side,
    ...(network === 'none' && Object.fromEntries(Object.entries(parts).map(([name, once]) => [name, repeated(once)]))),
  };
  const rounds = await takeTurns(sides, turns, record);
  await record();
  const apart = network === 'loopback' ? await timedApart(parts, turns.rounds, () => bare(1)) : {};
  for (const { close } of [recorder, client, aggregating]) await close();
  return { rounds, apart };
}

answer(run(JSON.parse(process.argv[2])));
