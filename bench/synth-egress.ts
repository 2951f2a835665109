// `npm run bench`: what our egress stacks cost at synthesis, compared with a hand-written equivalent.
//
// Both sides are bundled by esbuild into one file (aws-cdk-lib and constructs stay outside) that plain Node runs in child
// processes: neither is transpiled while it is measured, and tsx's hooks do not slow down the modules which CDK loads
// late. Loading is not part of the ratios, since it happens once, before the warm-up; the table of fresh processes says
// what it costs.
//
// A sample is a fresh app synthesised into a fresh folder, measured in CPU time (user and system), since wall time on a
// shared machine says more about the neighbours. Samples come in pairs, in alternating order (A B B A); the figure is the
// median of the ratios of the pairs. CDK's template validation is off. The figures are never asserted.
import { withWorker } from './child';
import { measure } from './measure';
import { readOptions, UsageError } from './options';
import { report } from './report';

try {
  const options = readOptions(process.argv.slice(2));
  if (options) {
    const progress = (text: string) => console.error(`[${process.uptime().toFixed(1).padStart(5)} s] ${text}`);
    const measurement = withWorker((run) => measure(run, options, progress));
    console.log(options.json ? JSON.stringify(measurement, undefined, 2) : report(measurement));
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nTry --help.`);
  process.exitCode = 2;
}
