// Ends the command, or lets a call fail, at every step of writing: the file has the old content or the new one, whole.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { serializeLock } from '../../../../contract/lock';
import { entry, lockOf } from '../../../contract/lock/fixture';
import { type BuiltCommand, buildCommand } from '../support/built-command';
import { LockFolder } from './support/lock-folder';

/** Loaded before the command: acts at the n-th call of a function on the temporary file or, after it, on the folder. */
const HOOK = `
const fs = require('node:fs');
const { FUNCTION, TIMES, WHAT } = process.env;
const real = { ...fs };
let writing = false;
let count = 0;
const end = () => process.kill(process.pid, 'SIGKILL');
for (const name of ['accessSync', 'openSync', 'fchmodSync', 'writeFileSync', 'fsyncSync', 'closeSync', 'renameSync']) {
  fs[name] = (...given) => {
    if ({ accessSync: /json$/, openSync: /[.]tmp$/ }[name]?.test(given[0])) writing = true;
    if (!writing || name !== FUNCTION || ++count !== Number(TIMES)) return real[name](...given);
    if (WHAT === 'before') end();
    if (WHAT === 'half') { real.writeSync(given[0], given[1].slice(0, 100)); end(); }
    if (WHAT !== 'after') {
      if (name === 'writeFileSync') real.writeSync(given[0], given[1].slice(0, 100));
      throw Object.assign(new Error(WHAT), { code: WHAT });
    }
    const result = real[name](...given);
    end();
    return result;
  };
}
require('node:module').syncBuiltinESMExports();
`;

const before = serializeLock(lockOf(entry('a', 1)));
const after = serializeLock(lockOf(entry('a', 1, { told: { kraken: '2026-11-01', xxkk: '2026-10-02' } })));

let built: BuiltCommand;
let folder: LockFolder;
let hook: string;
beforeAll(async () => {
  built = await buildCommand();
}, 120_000);
beforeEach(() => {
  folder = new LockFolder();
  folder.write(before);
  hook = path.join(folder.path, 'hook.cjs');
  writeFileSync(hook, HOOK);
});
afterEach(() => folder.remove());
afterAll(() => built?.remove());

const ARGS = ['allowlist', 'told', '-e', 'prod', '--exchange', 'kraken', '--all', '--day', '2026-11-01'];
const tell = (env: Record<string, string> = {}) =>
  built.run([...ARGS, '--lock', folder.file], { env: { ...env, NODE_OPTIONS: `--require ${hook}` } });
const finished = () => folder.names().filter((name) => !name.endsWith('.tmp'));

test('unhindered, without credentials and without a region', async () => {
  expect(await tell()).toMatchObject({ code: 0, stderr: expect.stringMatching(/^warning: 'kraken' is new .*\n$/) });
  expect(folder.text()).toBe(after);
  expect(folder.names()).toEqual(['egress.lock.json', 'hook.cjs']);
}, 60_000);

test.each([
  ['openSync', 1, 'before', before],
  ['openSync', 1, 'after', before],
  ['fchmodSync', 1, 'before', before],
  ['fchmodSync', 1, 'after', before],
  ['writeFileSync', 1, 'before', before],
  ['writeFileSync', 1, 'half', before],
  ['writeFileSync', 1, 'after', before],
  ['fsyncSync', 1, 'before', before],
  ['fsyncSync', 1, 'after', before],
  ['closeSync', 1, 'before', before],
  ['closeSync', 1, 'after', before],
  ['renameSync', 1, 'before', before],
  ['renameSync', 1, 'after', after],
  ['fsyncSync', 2, 'before', after],
  ['fsyncSync', 2, 'after', after],
])(
  'killed: %s, call %i, %s',
  async (name, times, what, text) => {
    const { code } = await tell({ FUNCTION: name, TIMES: `${times}`, WHAT: what });
    expect(code).toBeNull();
    expect(folder.text()).toBe(text);
    // what is left behind disturbs nobody
    expect(finished()).toEqual(['egress.lock.json', 'hook.cjs']);
    expect((await tell()).code).toBe(0);
    expect(folder.text()).toBe(after);
  },
  60_000,
);

test.each([
  // a file that may not be written, in a folder that may
  ['accessSync', 'EACCES'],
  ['openSync', 'EACCES'],
  ['fchmodSync', 'EPERM'],
  ['writeFileSync', 'ENOSPC'],
  ['fsyncSync', 'EIO'],
  ['renameSync', 'EBUSY'],
])(
  'a call that fails: %s, %s',
  async (name, what) => {
    const { code, stdout, stderr } = await tell({ FUNCTION: name, TIMES: '1', WHAT: what });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${folder.file} cannot be written (${what})`);
    expect(stderr).toContain('[LOCK_FILE_UNWRITABLE]');
    expect(folder.text()).toBe(before);
    expect(folder.names()).toEqual(['egress.lock.json', 'hook.cjs']);
  },
  60_000,
);

test('a folder that cannot be synced has the new file all the same', async () => {
  expect((await tell({ FUNCTION: 'fsyncSync', TIMES: '2', WHAT: 'EINVAL' })).code).toBe(0);
  expect(folder.text()).toBe(after);
}, 60_000);
