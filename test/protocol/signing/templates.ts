// The signing templates that users copy, by exchange.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SigningTemplate } from '../../../contract/exchange/signing-template';

const FOLDER = path.join(__dirname, '..', '..', '..', 'examples', 'signing-templates');

export const EXCHANGES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => path.basename(name, '.json'));

export function templateOf(exchange: string): SigningTemplate {
  return JSON.parse(readFileSync(path.join(FOLDER, `${exchange}.json`), 'utf8'));
}
