// Reads the configuration of an exchange from its file; the base URL may come from the environment instead.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { InputError } from '../../contract/errors';
import { baseUrlVariable, type ExchangeConfiguration } from '../../contract/exchange/exchange-configuration';
import type { ExchangeProblem } from '../../contract/exchange/exchange-problem';
import { exchangeProblems } from '../../lib/keys/exchange-schema';
import { findPlace, keyOffset } from './nodes';
import { readText } from './read-text';

/**
 * The configuration, refused with the line of every problem. `XXKK_API_BASE_URL` (by the exchange's name) wins over the
 * `baseUrl` of the file, so that one file serves a test exchange as well.
 *
 * @param configFile the file that names `file`; a relative path begins beside it
 */
export function readExchange(configFile: string, file: string): ExchangeConfiguration {
  const place = path.resolve(path.dirname(configFile), file);
  if (!existsSync(place)) throw unreadable(place, "'ring.exchangeFile' names it, and there is no such file");
  const lines = new LineCounter();
  const document = parseDocument(readText(place), { prettyErrors: true, lineCounter: lines });
  const [malformed] = document.errors;
  // only the kind of the error: the rest may quote the file, and somebody may have put a key into it
  if (malformed) {
    const { line, col } = lines.linePos(malformed.pos[0]);
    throw unreadable(place, `malformed YAML at line ${line}, column ${col} (${malformed.code})`);
  }
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unreadable(place, 'it must be a mapping of keys to values');
  }
  const configuration = value as ExchangeConfiguration;
  const variable = typeof configuration.name === 'string' ? baseUrlVariable(configuration) : '';
  const given = process.env[variable];
  const effective = given ? { ...configuration, baseUrl: given } : configuration;
  const problems = exchangeProblems(effective);
  if (problems.length === 0) return effective;
  const text = problems.map((problem) => {
    const where = given && problem.path === 'baseUrl' ? variable : position(document, lines, place, problem);
    return `${where}: ${problem.path ? `'${problem.path}': ` : ''}${problem.message} [${problem.code}]`;
  });
  const code = 'EXCHANGE_CONFIGURATION_INVALID';
  const count = `${text.length} problem${text.length === 1 ? '' : 's'}`;
  const title = `the configuration of exchange '${effective.name ?? '?'}' has ${count}: ${place} [${code}]`;
  throw new InputError(code, [title, ...text].join('\n'));
}

function unreadable(place: string, why: string): InputError {
  const problem = `${place} is not the configuration of an exchange: ${why}; see exchange-xxkk.yaml for one`;
  return new InputError('EXCHANGE_FILE_UNREADABLE', problem);
}

function position(document: Document, lines: LineCounter, place: string, { path: at }: ExchangeProblem): string {
  const { line, col } = lines.linePos(keyOffset(findPlace(document, at === '' ? [] : at.split('.'))));
  return `${path.basename(place)}:${line}:${col}`;
}
