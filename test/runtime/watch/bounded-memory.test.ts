// What whoever writes the log could fill is as large as it may be, and no larger.
import { isVersionId } from '../../../contract/watch/record-names';
import { OurNetwork } from '../../../runtime/watch/our-network';
import { Ring } from '../../../runtime/watch/ring';
import { largest } from './support/largest';
import { NOW, Secrets } from './support/pure-watch';
import { VERSION } from './support/records';

test('names that were good: 5,000', async () => {
  const ids = Array.from({ length: 5_010 }, (_, index) => String(index).padStart(32, 'b'));
  expect(await largest('set', () => ids.map(isVersionId))).toBe(5_000);
});

test('verdicts on addresses: 10,000', async () => {
  const network = new OurNetwork(async () => []);
  const addresses = Array.from({ length: 10_010 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  expect(await largest('map', () => addresses.map((address) => network.judge(address)))).toBe(10_000);
});

test('confirmations of keys: 1,000', async () => {
  const ring = new Ring('prod', () => new Secrets());
  const most = await largest('map', async () => {
    for (let batch = 0; batch < 6; batch++) {
      const names = Array.from({ length: 200 }, (_, index) => `prod-stranger-${batch}x${index}`);
      await ring.confirm(new Map(names.map((name) => [name, new Set([VERSION])])), NOW);
    }
  });
  expect(most).toBe(1_000);
});
