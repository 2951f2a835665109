// The secrets of a ring through the real SDK and the local AWS.
import { CreateSecretCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CANDIDATE, CURRENT, formatLabel, LabelKind, PENDING, PLACEHOLDER } from '../../../contract/keys';
import { holder, marksOf } from '../../../runtime/keys/key-state';
import { captureLogs, leaks } from './support/log-capture';
import { REGION, RingWorld } from './support/ring-world';

let world: RingWorld;
beforeAll(async () => {
  captureLogs();
  world = await RingWorld.start();
}, 90_000);
afterAll(() => world.stop());
beforeEach(() => world.reset({ management: false }));
afterEach(() => expect(leaks(world.secrets())).toEqual([]));

describe('list', () => {
  test('every key of the environment, over all pages, and nothing of another', async () => {
    const count = 105;
    for (let index = 0; index < count; index++) await world.addKey(String(index).padStart(3, '0'));
    for (const Name of ['exchange-keys/prod2/prod2-bot-a', 'exchange-keys/prodother', 'exchange-keys/dev/dev-prod-a']) {
      await world.client.send(new CreateSecretCommand({ Name, SecretString: PLACEHOLDER }));
    }
    const names = (await world.store().list()).map(({ secretName }) => secretName);
    expect(names).toHaveLength(count);
    expect(names).toEqual([...names].sort());
    expect(names.every((name) => name.startsWith('exchange-keys/prod/prod-trader-bot-'))).toBe(true);
  }, 60_000);

  test('a secret that cannot be understood is a refusal of its own and hides no other', async () => {
    const good = await world.addKey('a');
    const described = await world.addKey('b');
    await world.client.send(new UpdateSecretCommand({ SecretId: described.arn, Description: 'my secret' }));
    const labelled = await world.addKey('c');
    await world.put(labelled, world.handMade(labelled), ['xk:retire:1']);
    const Name = 'exchange-keys/prod/misnamed';
    await world.client.send(new CreateSecretCommand({ Name, SecretString: PLACEHOLDER }));
    const found = await world.store().list();
    const codes = found.map((one) => ('refusal' in one ? one.refusal.code : one.key.text));
    expect(codes).toEqual(['KEY_NAME_MALFORMED', good.name.text, 'DESCRIPTION_MALFORMED', 'LABEL_MALFORMED']);
  });

  test('says what describe says', async () => {
    const key = await world.addLiveKey();
    const store = world.store();
    const [listed] = await store.list();
    const described = await store.describe(key.arn);
    expect(listed).toEqual({ ...described, rotationEnabled: described.rotationEnabled });
    expect(described.description).toEqual(key.description);
    expect(described.key).toEqual(key.name);
    await expect(store.describe(described.secretName)).resolves.toEqual(described);
  });
});

describe('read', () => {
  test('by version id: a document, the placeholder, nothing, and what is no document', async () => {
    const key = await world.addKey();
    const store = world.store();
    const placeholder = (await world.holder(key, CURRENT)) ?? '';
    await expect(store.read(key.arn, placeholder)).resolves.toBe('placeholder');
    const document = world.handMade(key);
    await expect(store.read(key.arn, await world.put(key, document))).resolves.toEqual(document);
    await expect(store.read(key.arn, await world.register(key))).resolves.toBe('no value');
    await expect(store.read(key.arn, '00000000-0000-4000-8000-000000000000')).resolves.toBe('no value');
    const text = await world.putText(key, 'geheim', ['other']);
    await expect(store.read(key.arn, text)).rejects.toMatchObject({ code: 'KEY_DOCUMENT_MALFORMED' });
    await expect(store.read(key.arn, text)).rejects.not.toThrow('geheim');
  });

  test('waits for a value that AWS does not show yet', async () => {
    const key = await world.addKey();
    const token = await world.register(key);
    const document = world.handMade(key);
    let sleeps = 0;
    const slow = world.store(undefined, async () => {
      sleeps++;
      if (sleeps === 4) await world.store().put(key.arn, token, document, [PENDING]);
    });
    await expect(slow.read(key.arn, token)).resolves.toEqual({ ...document, versionId: token });
    expect(sleeps).toBe(4);
  });
});

describe('put', () => {
  test('the same value again is the same call; another value is a conflict', async () => {
    const key = await world.addKey();
    const store = world.store();
    const token = await world.register(key);
    const document = world.handMade(key);
    await expect(store.put(key.arn, token, document, [PENDING])).resolves.toBe('saved');
    await expect(store.put(key.arn, token, document, [PENDING])).resolves.toBe('saved');
    await expect(store.put(key.arn, token, world.handMade(key), [PENDING])).resolves.toBe('conflict');
    await expect(store.read(key.arn, token)).resolves.toEqual({ ...document, versionId: token });
    expect(holder(await store.describe(key.arn), PENDING)?.id).toBe(token);
    expect(holder(await store.describe(key.arn), CURRENT)?.id).not.toBe(token);
  });

  test('no answer is neither', async () => {
    const key = await world.addKey();
    const store = world.store();
    const send = jest.spyOn(Object.getPrototypeOf(Object.getPrototypeOf(world.client)), 'send');
    send.mockRejectedValueOnce(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }) as never);
    await expect(store.put(key.arn, 'x'.repeat(32), world.handMade(key), [PENDING])).resolves.toBe('unknown');
    send.mockRestore();
  });

  test('what AWS refuses does not repeat the value', async () => {
    const key = await world.addKey();
    const document = world.handMade(key);
    const failed = world.store().put(`${key.arn}x`, 'x'.repeat(32), document, [PENDING]);
    await expect(failed).rejects.toMatchObject({ code: 'AWS_CALL_FAILED' });
    await expect(failed).rejects.not.toThrow(document.apiSecret);
  });
});

describe('labels', () => {
  const revoke = (second: number) => formatLabel(LabelKind.REVOKE, second);

  test('are put on a version, taken away and moved', async () => {
    const key = await world.addKey();
    const store = world.store();
    const [first, second] = [
      await world.put(key, world.handMade(key), ['one']),
      await world.put(key, world.handMade(key), ['two']),
    ];
    await store.addLabel(key.arn, revoke(7), first);
    expect(marksOf(await store.describe(key.arn), LabelKind.REVOKE)).toEqual([
      { kind: LabelKind.REVOKE, epochSeconds: 7, label: revoke(7), versionId: first },
    ]);
    await store.moveLabel(key.arn, revoke(7), first, second);
    expect(holder(await store.describe(key.arn), revoke(7))?.id).toBe(second);
    await store.removeLabel(key.arn, revoke(7), second);
    expect(holder(await store.describe(key.arn), revoke(7))).toBeUndefined();
  });

  test('the same change again is a success: the SDK repeats a call whose answer was lost', async () => {
    const key = await world.addKey();
    const store = world.store();
    const from = (await world.holder(key, CURRENT)) ?? '';
    const to = await world.put(key, world.handMade(key));
    for (let time = 0; time < 2; time++) await store.moveLabel(key.arn, CURRENT, from, to);
    for (let time = 0; time < 2; time++) await store.addLabel(key.arn, revoke(1), from);
    for (let time = 0; time < 2; time++) await store.removeLabel(key.arn, revoke(1), from);
    expect(holder(await store.describe(key.arn), CURRENT)?.id).toBe(to);
  });

  test('a label that somebody else has moved is not moved again', async () => {
    const key = await world.addKey();
    const store = world.store();
    const placeholder = (await world.holder(key, CURRENT)) ?? '';
    const mine = await world.put(key, world.handMade(key));
    const theirs = await world.put(key, world.handMade(key), [CURRENT]);
    await expect(store.moveLabel(key.arn, CURRENT, placeholder, mine)).rejects.toMatchObject({ code: 'LABEL_MOVED' });
    expect(await world.holder(key, CURRENT)).toBe(theirs);
    await store.addLabel(key.arn, revoke(1), mine);
    await expect(store.addLabel(key.arn, revoke(1), theirs)).rejects.toMatchObject({ code: 'LABEL_MOVED' });
    await expect(store.removeLabel(key.arn, revoke(1), theirs)).rejects.toMatchObject({ code: 'LABEL_MOVED' });
  });
});

test('versions include the ones without labels, with their dates', async () => {
  const key = await world.addKey();
  const first = await world.put(key, world.handMade(key));
  const second = await world.put(key, world.handMade(key));
  const versions = await world.store().versions(key.arn);
  expect(versions.map(({ id }) => id).sort()).toEqual([await world.holder(key, CURRENT), first, second].sort());
  expect(versions.find(({ id }) => id === first)?.labels).toEqual([]);
  expect(versions.find(({ id }) => id === second)?.labels).toEqual([CANDIDATE]);
  for (const { created } of versions) expect(created).toBeInstanceOf(Date);
});

test('replicas: where they are and whether the value has arrived', async () => {
  const { ARN = '' } = await world.client.send(
    new CreateSecretCommand({
      Name: 'exchange-keys/prod/prod-trader-bot-a',
      SecretString: PLACEHOLDER,
      AddReplicaRegions: [{ Region: 'eu-central-1' }],
    }),
  );
  const replica = { region: REGION, secretId: ARN, replicaRegion: 'eu-central-1' };
  await world.hooks.holdReplica({ ...replica, status: 'InProgress' });
  await expect(world.store().replicas(ARN)).resolves.toEqual([{ region: 'eu-central-1', status: 'InProgress' }]);
  await world.hooks.holdReplica({ ...replica, status: 'InSync' });
  await expect(world.store().replicas(ARN)).resolves.toEqual([{ region: 'eu-central-1', status: 'InSync' }]);
});
