import { App } from 'aws-cdk-lib';
import { TODAY_CONTEXT, today } from '../../../lib/core/today';
import { refusal } from '../../support/config-error';

const appOn = (day: unknown) => new App({ context: { [TODAY_CONTEXT]: day } });

afterEach(() => jest.useRealTimers());

test('is the day of the clock, in UTC', () => {
  jest.useFakeTimers({ now: new Date('2026-11-22T23:59:59.999Z') });
  expect(today(new App())).toBe('2026-11-22');
  jest.setSystemTime(new Date('2026-11-23T00:00:00Z'));
  expect(today(new App())).toBe('2026-11-23');
});

test('is fixed by the context, so that an old commit synthesises again', () => {
  expect(TODAY_CONTEXT).toBe('cdk-exchange-keys:today');
  expect(today(appOn('2024-02-29'))).toBe('2024-02-29');
});

test.each(['', 'today', '2026-02-30', '22.11.2026', 20261122, true, null])('a fixed day of %j is refused', (day) => {
  const message = refusal('DAY_MALFORMED', () => today(appOn(day)));
  expect(message).toContain(`'${TODAY_CONTEXT}': day '${day}'`);
});
