// The file of the lock: what may stand in its place, what it looks like afterwards, and whom its errors name.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { serializeLock } from '../../../../contract/lock';
import { entry, lockOf } from '../../../contract/lock/fixture';
import type { CliOptions } from '../support/run-cli';
import { LockFolder, offline } from './support/lock-folder';

const LOCK = lockOf(entry('a', 1));
const TELL = ['told', '--exchange', 'kraken', '--all'];

let folder: LockFolder;
beforeEach(() => {
  folder = new LockFolder();
});
afterEach(() => folder.remove());

const tell = (options: CliOptions = {}) => folder.run(TELL, { connect: offline, ...options });

async function refused(code: string, ...words: string[]): Promise<void> {
  const { code: exit, stdout, stderr } = await tell();
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
  for (const word of [folder.file, `[${code}]`, ...words]) expect(stderr).toContain(word);
}

test('no file', () => refused('LOCK_FILE_MISSING', "run 'exchange-keys allowlist lock'"));

test('a folder', async () => {
  mkdirSync(folder.file);
  await refused('LOCK_FILE_UNREADABLE', 'a directory');
});

test('a pipe is not waited for', async () => {
  execFileSync('mkfifo', [folder.file]);
  await refused('LOCK_FILE_UNREADABLE', 'no file');
});

test('a file in the place of the folder', async () => {
  writeFileSync(path.join(folder.path, 'x'), '');
  const { code, stderr } = await folder.run([...TELL, '--lock', path.join(folder.path, 'x', 'y')], {
    connect: offline,
  });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('[LOCK_FILE_') });
});

test('no text', async () => {
  writeFileSync(folder.file, Buffer.from([0x7b, 0xff, 0xfe]));
  await refused('LOCK_FILE_UNREADABLE');
});

test.each([
  ['LOCK_MERGE_CONFLICT', (text: string) => `<<<<<<< HEAD\n${text}`],
  ['LOCK_NOT_JSON', (text: string) => text.slice(0, -3)],
  ['LOCK_NOT_JSON', () => ''],
  ['LOCK_EDITED', (text: string) => text.replace('2026-10-01', '2026-10-03')],
  ['LOCK_OTHER_ENVIRONMENT', (text: string) => text.replace('"prod"', '"dev"')],
  ['LOCK_SCHEMA_VERSION', (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
])('what is wrong in it names the file: %s', async (code, change) => {
  folder.write(change(serializeLock(LOCK)));
  const before = folder.text();
  await refused(code, `(at ${folder.file})`);
  expect(folder.text()).toBe(before);
});

test('links are followed, chains of them too, and stay', async () => {
  mkdirSync(path.join(folder.path, 'real'));
  const real = path.join(folder.path, 'real', 'prod.json');
  writeFileSync(real, serializeLock(LOCK));
  symlinkSync('real/prod.json', path.join(folder.path, 'link.json'));
  symlinkSync('link.json', folder.file);
  expect((await tell()).code).toBe(0);
  expect(readlinkSync(folder.file)).toBe('link.json');
  expect(readFileSync(real, 'utf8')).toContain('kraken');
  expect(lstatSync(real).isSymbolicLink()).toBe(false);
  expect(folder.names()).toEqual(['egress.lock.json', 'link.json', 'real']);
});

test('a link to nothing, a link to itself', async () => {
  symlinkSync('gone.json', folder.file);
  await refused('LOCK_FILE_UNREADABLE', 'ENOENT');
  rmSync(folder.file);
  symlinkSync('egress.lock.json', folder.file);
  await refused('LOCK_FILE_UNREADABLE', 'ELOOP');
});

test.each([0o600, 0o664, 0o777])('its mode stays: %o', async (mode) => {
  folder.write(LOCK);
  chmodSync(folder.file, mode);
  expect((await tell()).code).toBe(0);
  expect(statSync(folder.file).mode & 0o7777).toBe(mode);
});

test('line ends of Windows and a byte order mark are not a change', async () => {
  const text = `\uFEFF${serializeLock(LOCK).replaceAll('\n', '\r\n')}`;
  folder.write(text);
  const { stdout } = await folder.run(['told', '--exchange', 'xxkk', '--all', '--day', '2026-10-02', '--json'], {
    connect: offline,
  });
  expect(JSON.parse(stdout)).toMatchObject({ written: false });
  expect(folder.text()).toBe(text);
});

test('another form of the same content is put right', async () => {
  folder.write(JSON.stringify(LOCK));
  const { stdout } = await folder.run(['told', '--exchange', 'xxkk', '--all', '--day', '2026-10-02', '--json'], {
    connect: offline,
  });
  expect(JSON.parse(stdout)).toMatchObject({ written: true, changes: [] });
  expect(folder.text()).toBe(serializeLock(LOCK));
});

test('nothing is written and no inode changes when nothing has changed', async () => {
  folder.write(LOCK);
  linkSync(folder.file, path.join(folder.path, 'same'));
  await folder.run(['told', '--exchange', 'xxkk', '--all', '--day', '2026-10-02'], { connect: offline });
  expect(statSync(folder.file).nlink).toBe(2);
});
