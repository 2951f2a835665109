// Workloads in the network reach an exchange from the address of their zone; anything else is refused by it (G8).
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { LocalDeployment } from './support/local-deployment';
import { LoopbackExchange } from './support/loopback-exchange';

const REGION = 'eu-west-1';
const APP = ['--app', 'node --import tsx test/e2e/apps/caller.ts'];

let aws: LocalDeployment;
let exchange: LoopbackExchange;

beforeAll(async () => {
  [aws, exchange] = await Promise.all([LocalDeployment.start([REGION]), LoopbackExchange.start()]);
});
afterAll(() => Promise.all([aws?.stop(), exchange?.stop()]));

async function call(functionName: string): Promise<{ status: number; body: string }> {
  const { Payload, FunctionError } = await new LambdaClient(aws.client(REGION)).send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify({ url: exchange.url })) }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError) throw new Error(text);
  return JSON.parse(text);
}

test.each(['zonal', 'regional'])(
  '%s: the exchange sees the zone’s address, and refuses the function outside',
  async (layout) => {
    await aws.mustRun(['deploy', '--all', '--require-approval', 'never', ...APP, '-c', `layout=${layout}`]);
    const { entries, cidrs } = await aws.allowlist(REGION);
    const zoneB = entries.find(({ availabilityZone }) => availabilityZone === 'eu-west-1b');
    exchange.allowlist = [...cidrs];
    exchange.callers.length = 0;

    expect(await call('inside')).toEqual({ status: 200, body: '{"code":0}' });
    expect(exchange.callers).toEqual([zoneB?.address]);

    expect((await call('outside')).status).toBe(403);
    expect(entries.map(({ address }) => address)).not.toContain(exchange.callers[1]);

    // fail closed: an empty allowlist refuses the network too
    exchange.allowlist = [];
    expect((await call('inside')).status).toBe(403);
    await aws.mustRun(['destroy', 'Workloads', 'Network', '--force', ...APP, '-c', `layout=${layout}`]);
  },
);
