// Repeats while it can help and there is time; never beyond the deadline.
import fc from 'fast-check';
import { ErrorClass } from '../../../contract/exchange/error-class';
import { ExchangeError } from '../../../runtime/exchange/adapter';
import { patiently } from '../../../runtime/keys/patience';

const failing = (errorClass: ErrorClass) => new ExchangeError(errorClass, 'probe', 'no');
const transient = ({ errorClass }: ExchangeError) => errorClass === ErrorClass.TRANSIENT;
const inactive = ({ errorClass }: ExchangeError) => errorClass === ErrorClass.NOT_ACTIVE_YET;

function clock() {
  let now = 0;
  const sleeps: number[] = [];
  const sleep = async (milliseconds: number) => {
    sleeps.push(milliseconds);
    now += milliseconds;
  };
  return { now: () => now, sleep, sleeps };
}

test('the answer comes when the exchange does, if it comes before the deadline', async () => {
  const arbitrary = [fc.nat(900_000), fc.nat(900_000)] as const;
  await fc.assert(
    fc.asyncProperty(...arbitrary, async (back, deadline) => {
      const time = clock();
      const call = async () => {
        if (time.now() < back) throw failing(ErrorClass.NOT_ACTIVE_YET);
        return 'here';
      };
      const answer = await patiently({ ...time, deadline }, call, transient, inactive).catch(() => 'gave up');
      expect(time.now() === 0 || time.now() < deadline).toBe(true);
      if (back > deadline) expect(answer).toBe('gave up');
      // the last pause is at most 15 s long
      if (back + 15_000 < deadline) expect(answer).toBe('here');
    }),
  );
});

test('an outage is waited for two minutes, whatever the deadline', async () => {
  const time = clock();
  const call = () => Promise.reject(failing(ErrorClass.TRANSIENT));
  await expect(patiently({ ...time, deadline: 900_000 }, call, transient, inactive)).rejects.toThrow('no');
  expect(time.now()).toBeGreaterThan(100_000);
  expect(time.now()).toBeLessThanOrEqual(120_000);
  expect(Math.max(...time.sleeps)).toBe(15_000);
});

test.each([failing(ErrorClass.KEY_UNKNOWN), new TypeError('ours')])(
  '%s is not worth another attempt',
  async (error) => {
    const time = clock();
    const call = jest.fn().mockRejectedValue(error);
    await expect(patiently({ ...time, deadline: 900_000 }, call, transient, inactive)).rejects.toBe(error);
    expect(call).toHaveBeenCalledTimes(1);
  },
);
