// What the list of keys says, what is asked for key by key, and for how long the answer holds.
import { CURRENT, secretName } from '../../../contract/keys';
import { parseKeyName } from '../../../contract/keys/key-name';
import { Refusal } from '../../../runtime/shared/refusal';
import { Ring } from '../../../runtime/watch/ring';
import { HOUR, KEY, keyState, MINUTE, NOW, OTHER, OURS, revoke, SECOND, Secrets, STRANGE } from './support/pure-watch';
import { VERSION } from './support/records';

let secrets: Secrets;
let ring: Ring;
beforeEach(async () => {
  secrets = new Secrets();
  ring = new Ring('prod', () => secrets);
  await ring.refresh(NOW);
  secrets.calls.length = 0;
});

const secretOf = (name: string) => secretName(parseKeyName(name));
const confirm = async (name = KEY, versions = [VERSION], now = NOW) =>
  (await ring.confirm(new Map([[name, new Set(versions)]]), now)).get(name);
const refusal = (awsError?: string) => new Refusal('AWS_CALL_FAILED', 'told by AWS', awsError);

describe('the list', () => {
  test('is read again after five minutes', async () => {
    secrets.listed = [keyState({ name: 'prod-trader-bot-b' })];
    await ring.refresh(NOW + 5 * MINUTE - 1);
    expect([secrets.calls, ring.get(KEY)?.exchange]).toEqual([[], 'xxkk']);
    await ring.refresh(NOW + 5 * MINUTE);
    expect([secrets.calls, ring.get(KEY), ring.get('prod-trader-bot-b')?.exchange]).toEqual([
      ['list'],
      undefined,
      'xxkk',
    ]);
  });

  test('that could not be read leaves what was known, and is tried again', async () => {
    secrets.failure = refusal();
    await expect(ring.refresh(NOW + 5 * MINUTE)).rejects.toBe(secrets.failure);
    expect(ring.get(KEY)?.exchange).toBe('xxkk');
    secrets.failure = undefined;
    await ring.refresh(NOW + 5 * MINUTE);
    expect(secrets.calls).toEqual(['list', 'list']);
  });

  test('keeps the addresses that are known of a key, until they are forgotten', async () => {
    const has = () => ring.get(KEY)?.addresses.has(OURS, NOW);
    ring.get(KEY)?.addresses.add(OURS, NOW + HOUR);
    await ring.refresh(NOW + 5 * MINUTE);
    expect(has()).toBe(true);
    ring.forgetAddresses();
    expect(has()).toBe(false);
  });

  test('ends what was confirmed before', async () => {
    await confirm();
    await ring.refresh(NOW + 5 * MINUTE);
    secrets.calls.length = 0;
    await confirm(KEY, [VERSION], NOW + SECOND);
    expect(secrets.calls).toEqual([`describe ${secretOf(KEY)}`]);
  });
});

describe('a confirmation', () => {
  test('is newer than the list, and kept', async () => {
    secrets.described.set(secretOf(KEY), keyState({ versions: { [OTHER]: [CURRENT] } }));
    const known = await confirm(KEY, [OTHER]);
    expect(known?.is === 'registered' && known.key.isUsable(OTHER, NOW)).toBe(true);
    expect(ring.get(KEY)?.isUsable(OTHER, NOW)).toBe(true);
    expect(ring.get(KEY)?.isUsable(VERSION, NOW)).toBe(false);
  });

  test('holds for five seconds', async () => {
    for (const later of [0, 5 * SECOND - 1]) await confirm(KEY, [VERSION], NOW + later);
    expect(secrets.calls).toEqual([`describe ${secretOf(KEY)}`]);
    await confirm(KEY, [VERSION], NOW + 5 * SECOND);
    expect(secrets.calls).toHaveLength(2);
  });

  test('is not made younger by being used', async () => {
    await confirm();
    await confirm(KEY, [VERSION], NOW + 4 * SECOND);
    await confirm(KEY, [VERSION], NOW + 8 * SECOND);
    expect(secrets.calls).toHaveLength(2);
  });

  test('keeps the addresses that are known of the key', async () => {
    ring.get(KEY)?.addresses.add(OURS, NOW + HOUR);
    await confirm();
    expect(ring.get(KEY)?.addresses.has(OURS, NOW)).toBe(true);
  });

  test('asks for versions without labels only when one in question is on none, and once', async () => {
    secrets.unlabelled = [STRANGE, OTHER];
    const plain = await confirm(KEY, [VERSION]);
    expect(plain?.is === 'registered' && plain.unlabelled.size).toBe(0);
    expect(secrets.calls).not.toContain('versions');
    const known = await confirm(KEY, [VERSION, STRANGE]);
    expect(known?.is === 'registered' && [...known.unlabelled]).toEqual([STRANGE, OTHER]);
    await confirm(KEY, [STRANGE]);
    expect(secrets.calls.filter((call) => call === 'versions')).toHaveLength(1);
  });

  test('does not hold for a version that was not in question: it may be newer', async () => {
    await confirm(KEY, [VERSION]);
    secrets.described.set(secretOf(KEY), keyState({ versions: { [OTHER]: [CURRENT], [VERSION]: [revoke(HOUR)] } }));
    const known = await confirm(KEY, [VERSION, OTHER]);
    expect(known?.is === 'registered' && known.key.isUsable(OTHER, NOW)).toBe(true);
  });

  test('does not ask when every version is on a label, whatever it says', async () => {
    secrets.listed = [keyState({ versions: { [VERSION]: [CURRENT], [OTHER]: [revoke(-HOUR)] } })];
    await confirm(KEY, [VERSION, OTHER]);
    expect(secrets.calls).not.toContain('versions');
  });
});

test('no secret of that name: none, and so when it is on its way out', async () => {
  expect(await confirm('prod-stranger-a')).toEqual({ is: 'none' });
  secrets.described.set(secretOf(KEY), keyState({ deleted: true }));
  expect(await confirm()).toEqual({ is: 'none' });
  expect(ring.get(KEY)?.doomed).toBe(false);
});

test('a name of another environment is not asked for', async () => {
  expect(await confirm('dev-trader-bot-a')).toEqual({ is: 'none' });
  expect(secrets.calls).toEqual([]);
});

test('what AWS refused is unreadable, and asked for again at once', async () => {
  const failure = refusal('AccessDeniedException');
  secrets.described.set(secretOf(KEY), failure);
  expect(await confirm()).toEqual({ is: 'unreadable', refusal: failure });
  secrets.described.clear();
  expect((await confirm())?.is).toBe('registered');
});

test('so are versions that AWS refused to show', async () => {
  const failure = refusal();
  secrets.unlabelled = failure;
  expect(await confirm(KEY, [STRANGE])).toEqual({ is: 'unreadable', refusal: failure });
  secrets.unlabelled = [];
  expect((await confirm(KEY, [STRANGE]))?.is).toBe('registered');
});

test('an answer that could not be understood is unreadable as well', async () => {
  const broken = new TypeError('broken');
  const describe = secrets.describe;
  secrets.describe = () => Promise.reject(broken);
  expect(await confirm()).toMatchObject({ is: 'unreadable', refusal: { code: 'AWS_ANSWER_UNUSABLE' } });
  secrets.describe = describe;
  secrets.versions = () => Promise.reject(broken);
  expect(await confirm(KEY, [STRANGE])).toMatchObject({ is: 'unreadable', refusal: { code: 'AWS_ANSWER_UNUSABLE' } });
});

describe('names that the list does not have', () => {
  const strangers = (count: number) => Array.from({ length: count }, (_, index) => `prod-stranger-${index}`);
  const confirmAll = (names: readonly string[]) =>
    ring.confirm(new Map(names.map((name) => [name, new Set([VERSION])])), NOW);

  test('are asked for, 200 of them in a batch', async () => {
    const found = await confirmAll(strangers(201));
    expect(secrets.calls).toHaveLength(200);
    expect([...found.values()].every(({ is }) => is === 'none')).toBe(true);
    expect(found.size).toBe(201);
  });

  test('take no room from keys that the list has, or could not read', async () => {
    const name = 'prod-reader-a';
    secrets.listed = [keyState(), { secretName: secretOf(name), refusal: refusal() }];
    secrets.described.set(secretOf(name), refusal());
    await ring.refresh(NOW + 5 * MINUTE);
    const found = await confirmAll([...strangers(200), KEY, name]);
    expect([found.get(KEY)?.is, found.get(name)?.is]).toEqual(['registered', 'unreadable']);
  });

  test('do not matter when the secret in the list is none of a key', async () => {
    secrets.listed = [{ secretName: 'somebody/else', refusal: refusal() }, keyState()];
    await ring.refresh(NOW + 5 * MINUTE);
    expect(ring.get(KEY)?.exchange).toBe('xxkk');
    const found = await confirmAll(strangers(201));
    expect([...found.values()].filter(({ is }) => is === 'none')).toHaveLength(201);
  });
});

test('an answer holds also when more keys were confirmed than are remembered', async () => {
  secrets.listed = Array.from({ length: 1_001 }, (_, index) => keyState({ name: `prod-trader-${index}` }));
  await ring.refresh(NOW + 5 * MINUTE);
  const names = secrets.listed.map((_, index) => `prod-trader-${index}`);
  const all = () => ring.confirm(new Map(names.map((name) => [name, new Set([VERSION])])), NOW);
  for (let time = 0; time < 2; time++) {
    expect([...(await all()).values()].every(({ is }) => is === 'registered')).toBe(true);
  }
});
