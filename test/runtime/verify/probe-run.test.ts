// A run counts and ends whatever happens in it.
import type { ProbeCheck } from '../../../contract/verify';
import { PROBE_LIMITS } from '../../../runtime/verify/probe-context';
import { runProbe } from '../../../runtime/verify/probe-run';
import { captureLogs, clearLogs } from '../keys/support/log-capture';
import { checkLines } from './support/probe-world';

const now = () => Date.parse('2026-11-22T10:00:00Z');
const one = (outcome: ProbeCheck['outcome']): ProbeCheck => ({
  ...{ check: 'signed-read', subject: 'k', outcome, code: 'CODE', detail: 'd'.repeat(300) },
});

beforeAll(captureLogs);
beforeEach(clearLogs);

test('a run that breaks publishes that nothing is decided, and fails', async () => {
  const publish = jest.fn();
  const look = () => Promise.reject(new Error('broken'));
  await expect(runProbe({ probe: 'inside', zone: 'z', look, publish, now })).rejects.toThrow('broken');
  expect(publish.mock.calls).toEqual([[[]]]);
});

test('without checks the answer is unknown', async () => {
  const look = async () => ({ checks: [], keys: [] });
  expect(await runProbe({ probe: 'outside', look, publish: () => undefined, now })).toEqual({
    ...{ schema: 1, probe: 'outside', outcome: 'unknown', at: '2026-11-22T10:00:00.000Z', checks: [], keys: [] },
  });
});

test('one line for each check that did not pass, none for the others', async () => {
  const checks = [one('pass'), one('fail'), one('unknown')];
  const look = async () => ({ checks, keys: [] });
  const answer = await runProbe({ probe: 'inside', zone: 'z', look, publish: () => undefined, now });
  expect(answer).toMatchObject({ outcome: 'fail', zone: 'z', checks });
  const { check, subject, code, detail } = one('fail');
  expect(checkLines()).toEqual(
    ['fail', 'unknown'].map((outcome) => expect.objectContaining({ zone: 'z', check, subject, outcome, code, detail })),
  );
});

test('the longest run, a signed read and the question from where, is over long before Lambda stops it', () => {
  expect(2 * PROBE_LIMITS.checkMilliseconds).toBeLessThan(45_000);
  expect(PROBE_LIMITS.echo.totalTimeout + PROBE_LIMITS.pathMilliseconds).toBeLessThan(PROBE_LIMITS.checkMilliseconds);
  // two attempts, the exchange's time, and one more
  expect(4 * PROBE_LIMITS.exchange.totalTimeout).toBeLessThan(PROBE_LIMITS.checkMilliseconds);
});
