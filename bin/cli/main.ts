#!/usr/bin/env node
// The operator's command `exchange-keys`.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { realContext } from './context';
import { EXIT } from './exit-codes';
import { run } from './run';

// The SDK would announce on every run that it will one day want a newer Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => interrupt.abort());

// `exchange-keys key list | head` closes the pipe: no reason for a stack trace
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? EXIT.done : EXIT.failed));
}

// `dist/bin/` and `bin/cli/` are equally deep.
const { version } = JSON.parse(readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8'));

run(process.argv.slice(2), realContext(version, interrupt.signal)).then((code) => {
  process.exitCode = code;
  // calls under way would keep an interrupted process alive until they are answered
  if (code === EXIT.interrupted) process.exit();
});
