// Runs all unit tests: jest, then the local AWS's own (Python). With arguments only jest, and the arguments are its.
import { spawnSync } from 'node:child_process';
import pythons from './find-python.cjs';

const args = process.argv.slice(2);
const steps = [[process.execPath, ['node_modules/jest/bin/jest.js', ...args]]];
if (args.length === 0) {
  steps.push([pythons.findPython(), ['-m', 'unittest', 'discover', '-s', 'test/local-aws', '-t', 'test/local-aws']]);
}
for (const [command, parameters] of steps) {
  const { status } = spawnSync(command, parameters, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
