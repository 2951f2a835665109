// What the container of app.ts runs: trades with the key that its environment names, through rotations.
import { setTimeout } from 'node:timers/promises';
import { exchangeClient, loadKey } from 'cdk-exchange-keys/loader';

async function main(): Promise<void> {
  const key = await loadKey(); // without a usable key it ends here, and ECS does not call the task healthy
  const exchange = await exchangeClient({ key });
  key.onRotate(({ current }) => {
    // a session that was opened with the old key outlives the swap: log in again here
    process.stderr.write(`key version ${current.keyVersion} from now on\n`);
  });
  for (;;) {
    const positions = await exchange.fetch('/v1/positions');
    if (positions.outcome === 'ok') {
      // the id makes it one order however often it is sent, so that it may be repeated with a new key
      const body = { symbol: 'BTC-USD', side: 'Buy', qty: '0.01', clientOrderId: crypto.randomUUID() };
      const order = await exchange.fetch('/v1/orders', { method: 'POST', body, idempotent: true });
      if (order.outcome !== 'ok') process.stderr.write(`order: ${order.outcome} ${order.exchangeCode ?? ''}\n`);
    }
    await setTimeout(10_000);
  }
}

main().catch((error) => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
