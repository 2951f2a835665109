// `told` and `dropped`: what exchanges have confirmed comes into the file, and nothing else changes, without AWS.
import { serializeLock } from '../../../../contract/lock';
import { draining, entry, lockIn, lockOf } from '../../../contract/lock/fixture';
import type { CliOptions } from '../support/run-cli';
import { LockFolder, offline } from './support/lock-folder';

const NOW = new Date('2026-11-22T10:00:00Z');
const [A, B, C] = [entry('a', 1), entry('b', 2, { told: {} }), draining('c', 3)];

let folder: LockFolder;
beforeEach(() => {
  folder = new LockFolder();
  folder.write(lockOf(A, B, C));
});
afterEach(() => folder.remove());

const run = (args: string[], options: CliOptions = {}) => folder.run(args, { connect: offline, now: NOW, ...options });

test('told of all: every address that does not drain, today', async () => {
  const { code, stdout, stderr } = await run(['told', '--exchange', 'xxkk', '--all']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    `written: ${folder.file}, 2 changes\n` +
      `  eu-west-1a ${A.address}: confirmed by xxkk on 2026-11-22, before on 2026-10-02\n` +
      `  eu-west-1b ${B.address}: confirmed by xxkk on 2026-11-22\n`,
  );
  const today = { xxkk: '2026-11-22' };
  expect(folder.text()).toBe(serializeLock(lockOf({ ...A, told: today }, { ...B, told: today }, C)));
  expect(folder.names()).toEqual(['egress.lock.json']);
});

test('told of some, on an earlier day, as JSON; a second time nothing is written', async () => {
  const args = ['told', '--exchange', 'xxkk', '--addresses', ` ${B.address}`, '--day', '2026-11-01', '--json'];
  const { stdout } = await run(args);
  const document = lockOf(A, { ...B, told: { xxkk: '2026-11-01' } }, C);
  const change = { region: 'eu-west-1', availabilityZone: 'eu-west-1b', address: B.address, exchange: 'xxkk' };
  expect(JSON.parse(stdout)).toEqual({
    file: folder.file,
    written: true,
    changes: [{ ...change, after: '2026-11-01', words: expect.any(String) }],
    document,
  });
  const again = await run(args);
  expect(JSON.parse(again.stdout)).toEqual({ file: folder.file, written: false, changes: [], document });
  expect((await run(args.slice(0, -1))).stdout).toBe(`not written: ${folder.file}, no changes\n`);
});

test('an exchange that no address knows yet may be a slip of the pen', async () => {
  const { code, stderr } = await run(['told', '--exchange', 'xxk', '--all']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "warning: 'xxk' is new in this lock, which has xxkk; check the name\n",
  });
  folder.write(lockOf(B));
  expect((await run(['told', '--exchange', 'xxk', '--all'])).stderr).toBe('');
});

test('dropped, and what comes next when it was the last exchange', async () => {
  const two = draining('c', 3, { told: { xxkk: '2026-10-02', kraken: '2026-10-03' } });
  folder.write(lockIn({ 'eu-west-1': [A], 'us-east-1': [{ ...two, availabilityZone: 'us-east-1c' }] }));
  const first = await run(['dropped', '--exchange', 'xxkk', '--addresses', C.address]);
  expect(first).toMatchObject({
    code: 0,
    stdout: `written: ${folder.file}, 1 change\n  us-east-1c ${C.address}: dropped by xxkk, was confirmed on 2026-10-02\n`,
  });
  const last = await run(['dropped', '--exchange', 'kraken', '--addresses', C.address]);
  expect(last.stdout).toContain(`'exchange-keys allowlist lock -e prod --drop ${C.address}'`);
  expect(folder.lock().regions['us-east-1'][0].told).toEqual({});
});

test.each<[string[], number, string]>([
  [['told', '--all'], 2, 'EXCHANGE_MISSING'],
  [['told', '--exchange', 'XX', '--all'], 2, 'EXCHANGE_NAME_MALFORMED'],
  [['told', '--exchange', 'xxkk'], 2, 'ADDRESSES_UNCLEAR'],
  [['told', '--exchange', 'xxkk', '--all', '--addresses', A.address], 2, 'ADDRESSES_UNCLEAR'],
  [['told', '--exchange', 'xxkk', '--addresses', `${A.address},`], 2, 'LIST_MALFORMED'],
  [['told', '--exchange', 'xxkk', '--addresses', ''], 2, 'LIST_MALFORMED'],
  [['told', '--exchange', 'xxkk', '--all', '--day', 'today'], 2, 'DAY_MALFORMED'],
  [['told', '--exchange', 'xxkk', '--all', '--day', '2026-11-23'], 2, 'TOLD_DAY_FUTURE'],
  [['told', '--exchange', 'xxkk', '--addresses', '52.210.9.9'], 1, 'LOCK_ADDRESS_UNKNOWN'],
  [['told', '--exchange', 'xxkk', '--addresses', C.address], 1, 'LOCK_TOLD_DRAINING'],
  [['dropped', '--exchange', 'xxkk'], 2, 'ADDRESSES_UNCLEAR'],
  [['dropped', '--addresses', C.address], 2, 'EXCHANGE_MISSING'],
  [['dropped', '--exchange', 'xxkk', '--addresses', A.address], 1, 'LOCK_DROPPED_IN_USE'],
  [['dropped', '--exchange', 'kraken', '--addresses', C.address], 1, 'LOCK_DROPPED_NOT_TOLD'],
])('refused, and nothing is written: %s', async (args, code, error) => {
  const before = folder.text();
  const ended = await run(args);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
  expect(ended.stderr).toContain(`[${error}]`);
  expect(folder.text()).toBe(before);
});
