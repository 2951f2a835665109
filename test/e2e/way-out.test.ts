// Workloads in the network reach an exchange from the address of their zone; anything else is refused by it (G8).
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { LoopbackExchange } from '../support/exchange';
import { LocalDeployment } from './support/local-deployment';

const REGION = 'eu-west-1';
const APP = ['--app', 'node --import tsx test/e2e/apps/caller.ts'];

let aws: LocalDeployment;
let exchange: LoopbackExchange;

beforeAll(async () => {
  [aws, exchange] = await Promise.all([LocalDeployment.start([REGION]), LoopbackExchange.start()]);
});
afterAll(() => Promise.all([aws?.stop(), exchange?.stop()]));

interface Key {
  readonly id: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

async function call(functionName: string, { apiKey, apiSecret }: Key): Promise<{ status: number; code: number }> {
  const Payload = Buffer.from(JSON.stringify({ url: exchange.url, apiKey, apiSecret }));
  const answer = await new LambdaClient(aws.client(REGION)).send(
    new InvokeCommand({ FunctionName: functionName, Payload }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError) throw new Error(text);
  return JSON.parse(text);
}

const OK = { status: 200, code: 0 };
const WRONG_ADDRESS = { status: 403, code: 10010 };

test.each(['zonal', 'regional'])(
  '%s: the exchange sees the zone’s address, and refuses the function outside',
  async (layout) => {
    await aws.mustRun(['deploy', '--all', '--require-approval', 'never', ...APP, '-c', `layout=${layout}`]);
    const { entries, cidrs } = await aws.allowlist(REGION);
    const zoneB = entries.find(({ availabilityZone }) => availabilityZone === 'eu-west-1b');
    const { control } = exchange;
    const key = control.createKeyByHand({
      account: 'sub-1',
      label: layout,
      permissions: ['Read'],
      ips: [...cidrs],
    }) as Key;
    control.clearJournal();

    expect(await call('inside', key)).toEqual(OK);
    expect(control.journal().map(({ peer }) => peer)).toEqual([zoneB?.address]);

    expect(await call('outside', key)).toEqual(WRONG_ADDRESS);
    expect(entries.map(({ address }) => address)).not.toContain(control.journal()[1].peer);

    // fail closed: without its address on the list the network is refused too
    control.editKeyByHand(key.id, { ips: ['127.0.0.9'] });
    expect(await call('inside', key)).toEqual(WRONG_ADDRESS);
    await aws.mustRun(['destroy', 'Workloads', 'Network', '--force', ...APP, '-c', `layout=${layout}`]);
  },
);
