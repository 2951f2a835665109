// Reads the file as text, or says what keeps it from being read and what to do.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../contract/errors';

/** The least a file can say; every line is part of the message about a missing file. */
export const MINIMAL_CONFIG = [
  'environment: dev',
  'regions:',
  '  eu-west-1: { availabilityZones: [eu-west-1a] }',
] as const;

const CHOOSE_ANOTHER = 'choose another file with -c config=<path> (npm start: --config <path>)';

/** How to start a file, for the errors about a missing and an empty one. */
export const HOW_TO_START = [
  'start from the exchange-keys.yaml of the package, or with these three lines:',
  ...MINIMAL_CONFIG.map((line) => `    ${line}`),
].join('\n');

const unreadable = (file: string, why: string): InputError =>
  new InputError('CONFIG_FILE_UNREADABLE', `config file ${path.resolve(file)} ${why}`);

/** The text of a file in UTF-8, without a byte order mark; `refuse` words what Node or the decoder says is wrong. */
export const readUtf8 = (file: string, refuse: (why: string) => InputError): string => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw refuse((error as NodeJS.ErrnoException).code ?? 'unknown error');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse(NOT_UTF8);
  }
};

/** Why a file that was read is no text. */
export const NOT_UTF8 = 'not UTF-8';

/** Whether there is no file of that name, as Node says it. */
export const isMissing = (why: string): boolean => why === 'ENOENT' || why === 'ENOTDIR';

/** The text of the configuration. */
export const readText = (file: string): string =>
  readUtf8(file, (why) => {
    if (isMissing(why)) {
      return new InputError(
        'CONFIG_FILE_MISSING',
        `no config file at ${path.resolve(file)}; ${CHOOSE_ANOTHER}, or ${HOW_TO_START}`,
      );
    }
    if (why === 'EISDIR') return unreadable(file, `is a directory; name a file in it or ${CHOOSE_ANOTHER}`);
    // PowerShell's redirection writes UTF-16, which would otherwise surface as dozens of syntax errors.
    if (why === NOT_UTF8) return unreadable(file, 'is not UTF-8 text; save it with the encoding UTF-8');
    return unreadable(file, `cannot be read (${why}); make it readable for this user, or ${CHOOSE_ANOTHER}`);
  });
