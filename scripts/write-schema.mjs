// Writes the schemas that editors and the Python loader read from their sources; run it with `node --import tsx`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exchangeConfigurationSchema } from '../contract/schema/exchange-configuration.ts';
import { exchangeKeysConfigSchema } from '../contract/schema/exchange-keys-config.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const exchangeConfiguration = { $schema: 'http://json-schema.org/draft-07/schema#', ...exchangeConfigurationSchema };
const files = {
  'schema/exchange-keys.schema.json': exchangeKeysConfigSchema,
  'schema/exchange-configuration.schema.json': exchangeConfiguration,
  // The Python loader is a package of its own, and ships what it validates with.
  'loaders/python/exchange_keys_loader/exchange-configuration.schema.json': exchangeConfiguration,
};
for (const [file, schema] of Object.entries(files)) {
  writeFileSync(path.join(root, file), `${JSON.stringify(schema, null, 2)}\n`);
  // The linter checks the written file too.
  execFileSync(
    process.execPath,
    [path.join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--write', file],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
}
