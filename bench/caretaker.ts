// `npm run bench:caretaker`: what a pass of the caretaker asks of AWS and of the exchange, for 10, 100 and 1,000 keys.
//
// The caretaker, the AWS SDK and the adapter are the real ones. They talk over HTTP to the local AWS and to the loopback
// exchange, each a process of its own. The counts are the result: they are the same on every machine. The times are those
// of two emulators on this one, and only say whether a pass is anywhere near its quarter of an hour.
import { readCaretakerOptions } from './caretaker/options';
import { report } from './caretaker/report';
import { measureRings } from './caretaker/scenarios';
import { commandLine, progress } from './command-line';

// one line for each step would be thousands
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

commandLine(async () => {
  const options = readCaretakerOptions(process.argv.slice(2));
  if (!options) return;
  const passes = await measureRings(options.sizes, progress);
  console.log(options.json ? JSON.stringify(passes, undefined, 2) : report(passes));
});
