// Rate limits: the bucket, whose it is, and what a limited caller is told.
import fc from 'fast-check';
import { RateLimiter } from '../support/exchange/rate-limit';
import { expectCode, useExchange } from './fixture';

const start = useExchange();

test('never more than the capacity and what flowed in since', () => {
  const steps = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 5000 }), again: fc.boolean() }), {
    maxLength: 50,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 5 }), steps, (capacity, rate, calls) => {
      const limiter = new RateLimiter();
      let [now, passed] = [1_000_000, 0];
      for (const { wait } of calls) {
        now += wait;
        const seconds = limiter.take({ per: 'key', capacity, refillPerSecond: rate }, 'k', now);
        if (seconds === 0) passed += 1;
        expect(passed).toBeLessThanOrEqual(capacity + ((now - 1_000_000) / 1000) * rate + 1e-6);
      }
    }),
  );
});

test('who waits as long as told gets through', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.double({ min: 0.01, max: 5, noNaN: true }), (capacity, rate) => {
      const limiter = new RateLimiter();
      const limit = { per: 'key', capacity, refillPerSecond: rate } as const;
      let seconds = 0;
      while (seconds === 0) seconds = limiter.take(limit, 'k', 0);
      expect(limiter.take(limit, 'k', seconds * 1000 + 1)).toBe(0);
    }),
  );
});

test('a long rest fills the bucket and no more', () => {
  const limiter = new RateLimiter();
  const limit = { per: 'key', capacity: 2, refillPerSecond: 1 } as const;
  const burst = (now: number) => [1, 2, 3, 4].map(() => limiter.take(limit, 'k', now));
  expect(burst(0)).toEqual([0, 0, 1, 1]);
  expect(burst(3_600_000)).toEqual([0, 0, 1, 1]);
});

test('a clock that goes back gives nothing away', () => {
  const limiter = new RateLimiter();
  const limit = { per: 'key', capacity: 1, refillPerSecond: 1 } as const;
  expect(limiter.take(limit, 'k', 10_000)).toBe(0);
  expect(limiter.take(limit, 'k', 5_000)).toBe(1);
});

test('per key', async () => {
  const fixture = await start({ settings: { rateLimits: [{ per: 'key', capacity: 2, refillPerSecond: 0.1 }] } });
  const [one, two] = [fixture.byHand({}), fixture.byHand({})];
  expectCode(await fixture.read(one), 'OK');
  expectCode(await fixture.read(one), 'OK');
  const limited = await fixture.read(one);
  expectCode(limited, 'RATE_LIMIT');
  expect(limited.headers['retry-after']).toBe('10');
  expectCode(await fixture.read(two), 'OK');
  fixture.clock.ms += 10_000;
  expectCode(await fixture.read(one), 'OK');
  expectCode(await fixture.client(undefined).call('GET', '/v1/time'), 'OK');
});

test('per account, for some operations', async () => {
  const rateLimits = [{ per: 'account', capacity: 1, refillPerSecond: 1, operations: ['createKey'] }] as const;
  const fixture = await start({ settings: { rateLimits } });
  expectCode(await fixture.create(), 'OK');
  expectCode(await fixture.create(), 'RATE_LIMIT');
  expect(fixture.control.keys({ account: 'sub-1' })).toHaveLength(1);
  expectCode(await fixture.manage('GET', '/sub-1/api-keys'), 'OK');
  expectCode(await fixture.manage('GET', '/sub-1/api-keys'), 'OK');
  const [one, two] = [fixture.byHand({}), fixture.byHand({})];
  fixture.control.configure({ rateLimits: [{ per: 'account', capacity: 1, refillPerSecond: 1 }] });
  expectCode(await fixture.read(one), 'OK');
  expectCode(await fixture.read(two), 'RATE_LIMIT');
});

test('a wrong signature costs the key’s owner nothing', async () => {
  const fixture = await start({ settings: { rateLimits: [{ per: 'key', capacity: 1, refillPerSecond: 1 }] } });
  const key = fixture.byHand({});
  expectCode(await fixture.read({ ...key, apiSecret: 'wrong' }), 'SIGNATURE');
  expectCode(await fixture.read(key), 'OK');
});
