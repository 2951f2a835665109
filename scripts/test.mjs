// Runs all unit tests: jest, then those in Python: the local AWS's and the loader's. With arguments only jest, and the arguments are its.
import { spawnSync } from 'node:child_process';
import pythons from './find-python.cjs';

const args = process.argv.slice(2);
const steps = [[process.execPath, ['node_modules/jest/bin/jest.js', ...args]]];
if (args.length === 0) {
  for (const folder of ['test/local-aws', 'test/loaders/python']) {
    steps.push([pythons.findPython(), ['-m', 'unittest', 'discover', '-s', folder, '-t', folder]]);
  }
}
for (const [command, parameters] of steps) {
  const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
