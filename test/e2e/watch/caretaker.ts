// The caretaker on a schedule, watched from outside: its silence, and keys that it does not see any more.
import { DeleteSecretCommand, RestoreSecretCommand } from '@aws-sdk/client-secrets-manager';
import { until } from '../support/until';
import { HOUR, MINUTE, SPARE } from '../support/watch-config';
import { keepBeating } from '../support/watch-life';
import { alarmMails, named } from '../support/watch-mailbox';
import type { World } from '../support/watch-world';

const SILENT = ['CaretakerSilent'];

export function caretaker(world: () => World): void {
  /** One pass by schedule; then the time goes on. */
  const pass = async () => {
    const { clock, exchange } = world();
    const at = clock.now();
    // signatures carry a time, and the exchange compares it
    exchange.control.configure({ clockOffsetMs: -clock.behind });
    await world().fire('Caretaker');
    await until('a pass that ends', async () => (await world().sum('CaretakerPass', at)) > 0, 60);
    clock.set(at + 15 * MINUTE);
  };

  beforeAll(async () => {
    const { clock } = world();
    clock.set(clock.now() + 3 * HOUR);
    await keepBeating(world(), clock.now() - 2 * HOUR, clock.now() + 5 * HOUR);
    await pass();
    expect(await world().alarmsOn(clock.now())).toEqual([]);
    await world().mailbox.take();
  });
  afterAll(() => {
    world().exchange.control.configure({ clockOffsetMs: 0 });
  });

  test('its silence is told, and that it is over', async () => {
    const { clock, mailbox } = world();
    clock.set(clock.now() + 45 * MINUTE);
    expect(await world().alarmsOn(clock.now())).toEqual(SILENT);
    expect(alarmMails(await mailbox.take(), 'ALARM')).toEqual(named(SILENT));
    await pass();
    expect(await world().alarmsOn(clock.now())).toEqual([]);
    expect(alarmMails(await mailbox.take(), 'OK')).toEqual(named(SILENT));
  });

  test('a key whose secret is deleted is told twice: by the event, and by the count', async () => {
    const { clock, mailbox, secrets } = world();
    const SecretId = world().secretOf(`dev-grid-bot-${SPARE[0]}`);
    await secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
    const event = await mailbox.wait('the deletion', ({ text }) => text.includes('DeleteSecret'));
    expect(event).toMatchObject({ is: 'event', event: 'DeleteSecret', article: 'secretaccess' });
    expect(event.text).toContain(SecretId);
    for (let passes = 0; passes < 3; passes++) await pass();
    expect(await world().alarmsOn(clock.now())).toEqual(SILENT);
    await secrets.send(new RestoreSecretCommand({ SecretId }));
    await pass();
    expect(await world().alarmsOn(clock.now())).toEqual([]);
    await mailbox.wait('the restoration', ({ text }) => text.includes('RestoreSecret'));
  });
}
