// The tests that mutants are run against, as one: to load twenty files for each of a thousand mutants is what would take long.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What starts the local AWS takes seconds, and so does what tries thousands of cases. */
const takesLong = /local-aws|watch-world|numRuns: [\d_]{4,}/;

const testsIn = (folder: string, wanted: (file: string) => boolean) =>
  readdirSync(path.join(__dirname, '..', folder))
    .filter((file) => file.endsWith('.test.ts') && wanted(file))
    .map((file) => path.join(__dirname, '..', folder, file));

const pure = [
  ...testsIn('contract/watch', () => true),
  ...testsIn('protocol', (file) => file.startsWith('classify')),
  ...testsIn('runtime/watch', () => true),
].filter((file) => !takesLong.test(readFileSync(file, 'utf8')));

for (const file of pure) {
  describe(path.basename(file), () => {
    require(file);
  });
}
