// A key in a real file: who may read it, what it may be, and what happens while it is changed under the loader.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoaderError } from '../../../../loaders/node';
import { expectedKey } from '../../../../loaders/node/key/expected-key';
import { FileSource, LONGEST_FILE } from '../../../../loaders/node/key/file-source';
import { API_KEY, documentText, NAME, VALUES, versionId } from './support/held-keys';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'key-file-'));
  file = path.join(folder, 'key.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string | Buffer, mode = 0o400, target = file) => {
  rmSync(target, { force: true });
  writeFileSync(target, text, { mode });
  chmodSync(target, mode);
};
const source = (target = file, platform = 'linux') =>
  new FileSource({
    path: target,
    label: `file '${target}' (XXKK_SECRET_FILE)`,
    expected: expectedKey({ prefix: 'XXKK', keyName: { text: NAME, saidBy: 'XXKK_KEY_NAME' } }),
    platform,
  });

async function refusal(reader: FileSource): Promise<LoaderError> {
  const error = await reader.read().then(
    () => new Error('nothing was refused'),
    (thrown) => thrown,
  );
  if (!(error instanceof LoaderError)) throw error;
  for (const value of VALUES) expect(`${error.message}${error.stack}`).not.toContain(value);
  expect(error.message).toContain('(XXKK_SECRET_FILE)');
  return error;
}

test.each([0o400, 0o600, 0o440, 0o640, 0o500, 0o700, 0o550])('mode %o is taken', async (mode) => {
  write(documentText(), mode);
  expect((await source().read()).apiKey).toBe(API_KEY);
});

test.each([0o444, 0o644, 0o604, 0o602, 0o601, 0o460, 0o660, 0o620, 0o420, 0o666, 0o777])(
  'mode %o is refused',
  async (mode) => {
    write(documentText(), mode);
    const { code, message } = await refusal(source());
    expect(code).toBe('SECRET_FILE_EXPOSED');
    expect(message).toContain(`has mode 0${mode.toString(8)}`);
    expect(message).toContain("'chmod 0440'");
    expect(message).toContain('defaultMode: 0440');
  },
);

test('the mode that counts is that of the file that links finally name, which is told', async () => {
  write(documentText(), 0o644, path.join(folder, 'real.json'));
  symlinkSync('real.json', path.join(folder, 'middle.json'));
  symlinkSync('middle.json', file);
  const { code, message } = await refusal(source());
  expect([code, message.includes(`'${path.join(folder, 'real.json')}'`)]).toEqual(['SECRET_FILE_EXPOSED', true]);
  chmodSync(path.join(folder, 'real.json'), 0o400);
  expect((await source().read()).apiKey).toBe(API_KEY);
});

test('Windows has no permission bits: what it makes of them is not looked at', async () => {
  write(documentText(), 0o666);
  expect((await source(file, 'win32').read()).apiKey).toBe(API_KEY);
});

describe('what cannot be read', () => {
  test('nothing there', async () => {
    const { code, message } = await refusal(source());
    expect([code, message.includes('(ENOENT)')]).toEqual(['SECRET_FILE_UNREADABLE', true]);
  });

  test('a link to nowhere, a link to itself, a folder that is a file', async () => {
    symlinkSync('nowhere', file);
    expect((await refusal(source())).message).toContain('(ENOENT)');
    unlinkSync(file);
    symlinkSync('key.json', file);
    expect((await refusal(source())).message).toContain('(ELOOP)');
    unlinkSync(file);
    write(documentText());
    expect((await refusal(source(path.join(file, 'key.json')))).message).toContain('(ENOTDIR)');
  });

  test('a directory, a device, a socket', async () => {
    mkdirSync(file);
    expect((await refusal(source())).message).toContain('it is a directory');
    expect((await refusal(source('/dev/zero'))).message).toContain('it is not a regular file');
    const server = createServer();
    const socket = path.join(folder, 'socket');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    expect((await refusal(source(socket))).code).toBe('SECRET_FILE_UNREADABLE');
    await new Promise((resolve) => server.close(resolve));
  });

  test('a FIFO without a writer does not hold the loader', async () => {
    execFileSync('mkfifo', ['-m', '400', file]);
    expect((await refusal(source())).message).toContain('it is not a regular file');
  });

  // root reads everything
  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('a file of mode 0000', async () => {
    write(documentText(), 0o000);
    expect((await refusal(source())).message).toContain('(EACCES)');
  });
});

test.each<[string, string | Buffer, string]>([
  ['nothing', '', 'KEY_DOCUMENT_MALFORMED'],
  ['half a document', documentText().slice(0, 60), 'KEY_DOCUMENT_MALFORMED'],
  ['the bare secret', VALUES[1], 'KEY_DOCUMENT_MALFORMED'],
  ['zeros', Buffer.alloc(200), 'KEY_DOCUMENT_MALFORMED'],
  ['no UTF-8', Buffer.concat([Buffer.from(documentText()), Buffer.from([0xff])]), 'KEY_DOCUMENT_MALFORMED'],
  ['UTF-16', Buffer.from(documentText(), 'utf16le'), 'KEY_DOCUMENT_MALFORMED'],
  ['a mark of the byte order', `\ufeff${documentText()}`, 'KEY_DOCUMENT_MALFORMED'],
  ['the placeholder', '{"schema":1,"placeholder":true}\n', 'CREDENTIALS_PLACEHOLDER'],
  ['another key', documentText({ name: 'prod-trader-bot-b' }), 'KEY_OF_OTHER_WORKLOAD'],
  ['64 KiB and one byte', documentText().padEnd(LONGEST_FILE + 1), 'SECRET_FILE_TOO_LARGE'],
])('%s is refused', async (_, content, code) => {
  write(content);
  expect((await refusal(source())).code).toBe(code);
});

test('64 KiB and a line break at the end are taken', async () => {
  write(documentText().padEnd(LONGEST_FILE));
  expect((await source().read()).apiKey).toBe(API_KEY);
  write(`${documentText()}\n`);
  expect((await source().read()).apiKey).toBe(API_KEY);
});

describe('a look', () => {
  test('sees no change before one, and each kind of change', async () => {
    write(documentText(), 0o600);
    const reader = source();
    expect(await reader.looksChanged()).toBe(true);
    const steady = async () => {
      await reader.read();
      expect(await reader.looksChanged()).toBe(false);
      expect(await reader.looksChanged()).toBe(false);
    };
    await steady();

    utimesSync(file, new Date(), new Date(1_000_000));
    expect(await reader.looksChanged()).toBe(true);
    await steady();

    writeFileSync(file, `${documentText()}\n`);
    expect(await reader.looksChanged()).toBe(true);
    await steady();

    writeFileSync(`${file}.new`, documentText({ versionId: versionId(2) }), { mode: 0o400 });
    renameSync(`${file}.new`, file);
    expect(await reader.looksChanged()).toBe(true);
    expect((await reader.read()).keyVersion).toBe(versionId(2));

    unlinkSync(file);
    expect(await reader.looksChanged()).toBe(true);
  });

  test('sees other values of the same length that were written with the time of the old ones, and a file that was opened to others', async () => {
    const time = new Date(1_000_000_000_000);
    const put = (version: number) => {
      writeFileSync(file, documentText({ versionId: versionId(version) }), { mode: 0o600 });
      utimesSync(file, time, time);
    };
    put(1);
    const reader = source();
    await reader.read();
    await sleep(20);
    put(2);
    expect(await reader.looksChanged()).toBe(true);
    expect((await reader.read()).keyVersion).toBe(versionId(2));
    await sleep(20);
    chmodSync(file, 0o644);
    expect(await reader.looksChanged()).toBe(true);
    expect((await refusal(reader)).code).toBe('SECRET_FILE_EXPOSED');
  });

  test('after a read that failed there may be something else at any time', async () => {
    write(documentText(), 0o600);
    const reader = source();
    await reader.read();
    truncateSync(file, 20);
    expect((await refusal(reader)).code).toBe('KEY_DOCUMENT_MALFORMED');
    expect(await reader.looksChanged()).toBe(true);
  });
});

test('a mount of Kubernetes: the link ..data is swapped, and the new version is seen and read', async () => {
  const version = (name: string, text: string) => {
    mkdirSync(path.join(folder, name));
    write(text, 0o440, path.join(folder, name, 'key.json'));
  };
  version('..2026_11_22', documentText());
  symlinkSync('..2026_11_22', path.join(folder, '..data'));
  symlinkSync(path.join('..data', 'key.json'), file);
  const reader = source();
  expect((await reader.read()).keyVersion).toBe(versionId(1));
  expect(await reader.looksChanged()).toBe(false);

  version('..2026_11_23', documentText({ versionId: versionId(2) }));
  symlinkSync('..2026_11_23', path.join(folder, '..data_tmp'));
  renameSync(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
  rmSync(path.join(folder, '..2026_11_22'), { recursive: true });
  expect(await reader.looksChanged()).toBe(true);
  expect((await reader.read()).keyVersion).toBe(versionId(2));
  expect(await reader.looksChanged()).toBe(false);
});

test('a file that is replaced all the time is read whole each time, one version or the other', async () => {
  write(documentText());
  const reader = source();
  let isDone = false;
  const swapper = (async () => {
    for (let version = 1; !isDone; version = 3 - version) {
      writeFileSync(
        `${file}.new`,
        documentText({ versionId: versionId(version), apiKey: `KEY${version}`, apiSecret: `SECRET${version}` }),
        { mode: 0o400 },
      );
      renameSync(`${file}.new`, file);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  for (let read = 0; read < 300; read++) {
    const { apiKey, apiSecret, keyVersion } = await reader.read();
    if (apiKey === API_KEY) continue;
    const version = apiKey.slice(3);
    expect([apiSecret, keyVersion]).toEqual([`SECRET${version}`, versionId(Number(version))]);
  }
  isDone = true;
  await swapper;
});
