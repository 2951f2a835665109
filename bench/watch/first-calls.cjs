// Loads a built function in a fresh process, calls it with each of the events in the file named second, and says after each
// step how long it took and which clients of the AWS SDK are loaded by now. The last line it prints is the result.
const { readFileSync } = require('node:fs');

const [file, eventsFile] = process.argv.slice(2);
const CLIENT = /@aws-sdk[/\\](client-[a-z-]+)[/\\]/;

const clients = () => [...new Set(Object.keys(require.cache).flatMap((name) => CLIENT.exec(name)?.[1] ?? []))].sort();

async function step(run) {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(cpuStart);
  return [{ wallMs: performance.now() - start, cpuMs: (user + system) / 1000, clients: clients() }, result];
}

(async () => {
  const events = eventsFile ? JSON.parse(readFileSync(eventsFile, 'utf8')) : [];
  const [loaded, { handler }] = await step(() => require(file));
  const steps = [loaded];
  for (const event of events) steps.push((await step(() => handler(event)))[0]);
  process.stdout.write(`\n${JSON.stringify(steps)}`);
})();
