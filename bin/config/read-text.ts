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

const readBytes = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new InputError(
        'CONFIG_FILE_MISSING',
        `no config file at ${path.resolve(file)}; ${CHOOSE_ANOTHER}, or ${HOW_TO_START}`,
      );
    }
    if (code === 'EISDIR') throw unreadable(file, `is a directory; name a file in it or ${CHOOSE_ANOTHER}`);
    throw unreadable(file, `cannot be read (${code}); make it readable for this user, or ${CHOOSE_ANOTHER}`);
  }
};

/** The text of the file, without a byte order mark. */
export const readText = (file: string): string => {
  const bytes = readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // PowerShell's redirection writes UTF-16, which would otherwise surface as dozens of syntax errors.
    throw unreadable(file, 'is not UTF-8 text; save it with the encoding UTF-8');
  }
};
