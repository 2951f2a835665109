// `npm run bench:loader`: what the workload loader costs: reads of the key, requests, the start of a program, bytes.
//
// The Node loader is the built one. Requests go to the loopback exchange, secrets come from the local AWS. Sides take turns in
// the same process, in changing order; figures are medians of paired differences and ratios.
import { commandLine, progress } from './command-line';
import { measureLoader } from './loader/measure';
import { readLoaderOptions } from './loader/options';
import { report } from './loader/report';

commandLine(async () => {
  const options = readLoaderOptions(process.argv.slice(2));
  if (!options) return;
  const measurement = await measureLoader(options, progress);
  console.log(options.json ? JSON.stringify(measurement, undefined, 2) : report(measurement));
});
