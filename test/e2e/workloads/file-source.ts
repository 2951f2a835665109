// A key in a mounted file: swapped as Kubernetes does it, then spoilt in the ways files are (G19).
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Bot, LANGUAGES } from '../support/workload-process';
import { FILE, TRADER, type World } from '../support/workload-world';
import { FILES_OFTEN } from './hurry';

/** A volume as the kubelet writes it: the name leads through `..data`, which is renamed over. */
class Volume {
  public readonly file: string;
  private swaps = 0;

  constructor(private readonly folder: string) {
    mkdirSync(folder);
    this.file = path.join(folder, 'key.json');
  }

  public write(text: string, mode = 0o440): void {
    const fresh = `..2026_11_23_${++this.swaps}`;
    mkdirSync(path.join(this.folder, fresh));
    const file = path.join(this.folder, fresh, 'key.json');
    writeFileSync(file, text);
    chmodSync(file, mode);
    symlinkSync(fresh, path.join(this.folder, '..data_tmp'));
    renameSync(path.join(this.folder, '..data_tmp'), path.join(this.folder, '..data'));
    if (this.swaps === 1) symlinkSync(path.join('..data', 'key.json'), this.file);
  }
}

export function fileSource(world: () => World): void {
  let volume: Volume;
  let bots: Bot[];
  /** What was warned of or told, by its code. */
  const said = ({ stderr }: Bot, code: string) => stderr.filter((line) => line.includes(`"${code}"`));
  const all = (each: (bot: Bot) => Promise<unknown>) => Promise.all(bots.map(each));

  beforeAll(async () => {
    volume = new Volume(path.join(world().aws.workspace, 'volume'));
    volume.write((await world().current(FILE)).text);
    const more = {
      ...FILES_OFTEN,
      XXKK_SECRET_FILE: volume.file,
      XXKK_KEY_NAME: FILE,
      XXKK_KEY_PERMISSIONS: 'read,trade',
      XXKK_EXCHANGE_PARAMETER: '/exchange-keys/dev/exchange/xxkk',
    };
    bots = LANGUAGES.map((language) => world().start({ language, key: FILE, more }));
    await all((bot) => bot.trading());
  });
  afterAll(() => all((bot) => bot.stop()));

  test('swapped at a rotation: taken over, without a failed request', async () => {
    await world().rotate(FILE);
    const { version, text } = await world().current(FILE);
    volume.write(text);
    await all((bot) => bot.takesOver(version));
    await all((bot) => bot.some(5));
    expect(bots.flatMap(({ failures }) => failures)).toEqual([]);
  });

  test.each([
    ['half written', 'KEY_DOCUMENT_MALFORMED', (text: string) => [text.slice(0, text.length / 2)]],
    ['readable by everybody', 'SECRET_FILE_EXPOSED', (text: string) => [text, 0o444]],
    ['writable by its group', 'SECRET_FILE_EXPOSED', (text: string) => [text, 0o460]],
    ['of another workload', 'KEY_OF_OTHER_WORKLOAD', async () => [(await world().current(TRADER)).text]],
  ] as const)('%s: told once, not taken over; a good one again is', async (_, code, spoil) => {
    const before = bots.map((bot) => said(bot, code).length);
    const versions = bots.map(({ versions }) => versions);
    const { text } = await world().current(FILE);
    const [content, mode] = (await spoil(text)) as [string, number?];
    volume.write(content, mode);
    await all((bot) => bot.says(code));
    await all((bot) => bot.some(10));
    expect(bots.map((bot, index) => said(bot, code).length - before[index])).toEqual(bots.map(() => 1));
    const again = bots.map((bot) => said(bot, 'KEY_READ_AGAIN').length);
    volume.write(text);
    await all((bot) => bot.says('KEY_READ_AGAIN'));
    expect(bots.map((bot, index) => said(bot, 'KEY_READ_AGAIN').length - again[index])).toEqual(bots.map(() => 1));
    expect(bots.map(({ versions }) => versions)).toEqual(versions);
    expect(bots.flatMap(({ failures }) => failures)).toEqual([]);
  });
}
