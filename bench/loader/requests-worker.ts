// Runs in child processes: orders through the client against `fetch` with the same bytes, over loopback or with an answer at hand.
import type { Fetch } from '../../loaders/node/request';
import { bareSide, clientSide, type Given, handWrittenSide, type Sent } from './order';
import { stages } from './stages';
import { answer, type Turns, takeTurns } from './take-turns';

/** The key is in the environment, for no command line shows it. */
export interface RequestsJob extends Omit<Given, 'apiKey' | 'apiSecret'> {
  /** `loopback`: the exchange answers; `none`: what it has answered once is the answer, so that nothing but work is left. */
  readonly network: 'loopback' | 'none';
  readonly turns: Turns;
}

/** Of the network. */
const throughNetwork: Fetch = (url, init) => fetch(url, init);

async function run({ network, turns, ...job }: RequestsJob) {
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
  const sides = {
    bare: bareSide(used, () => sent as Sent),
    'signed by hand': handWrittenSide(used, given),
    client: client.side,
    'client, aggregating': aggregating.side,
    ...(network === 'none' && stages(given, received?.text ?? '')),
  };
  const rounds = await takeTurns(sides, turns, record);
  for (const { close } of [recorder, client, aggregating]) await close();
  return { rounds };
}

answer(run(JSON.parse(process.argv[2])));
