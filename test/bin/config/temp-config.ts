// Writes a text to a file and reads it as a configuration.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Config } from '../../../bin/config/config';
import { readConfig } from '../../../bin/config/read-config';
import { InputError } from '../../../contract/errors';

/** The start of a valid file; keys of the region follow with four spaces of indentation. */
export const VALID = 'environment: dev\nregions:\n  eu-west-1:\n    availabilityZones: [eu-west-1a]\n';

const directory = mkdtempSync(path.join(tmpdir(), 'config-'));
const file = path.join(directory, 'exchange-keys.yaml');
afterAll(() => rmSync(directory, { recursive: true }));

/** Reads the text (or bytes) from a file of the usual name; messages name it without its directory. */
export const readText = (text: string | Uint8Array): Config => {
  writeFileSync(file, text);
  try {
    return readConfig(file);
  } catch (error) {
    if (error instanceof InputError) error.message = error.message.replaceAll(`${directory}${path.sep}`, '');
    throw error;
  }
};

/** The error a call ends with; fails unless it is an `InputError`. */
export const errorOf = (call: () => unknown): InputError => {
  try {
    call();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('expected an InputError');
};

/** The refusal of a text. */
export const refusal = (text: string | Uint8Array): InputError => errorOf(() => readText(text));

/**
 * The lines of a refusal after the one that counts them, each without the name of the file and without the code, which
 * every problem must end with; the first one's is the refusal's.
 */
export const problemsOf = (text: string): string[] => {
  const { code, message } = refusal(text);
  const lines = message.split('\n').slice(1);
  const problems = lines.filter((line) => line.startsWith('exchange-keys.yaml:'));
  const codes = lines.flatMap((line) => / \[(CONFIG_[A-Z_]+)\]$/.exec(line)?.[1] ?? []);
  expect(codes).toHaveLength(problems.length);
  expect(codes[0]).toBe(code);
  return lines.map((line) => line.replace(/^exchange-keys\.yaml:/, '').replace(/ \[CONFIG_[A-Z_]+\]$/, ''));
};
