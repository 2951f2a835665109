// Writes schema/exchange-keys.schema.json, which editors read, from its source; run it with `node --import tsx`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exchangeKeysConfigSchema } from '../contract/schema/exchange-keys-config.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const file = path.join(root, 'schema/exchange-keys.schema.json');

writeFileSync(file, `${JSON.stringify(exchangeKeysConfigSchema, null, 2)}\n`);
// The linter checks the written file too.
execFileSync(process.execPath, [path.join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--write', file], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
