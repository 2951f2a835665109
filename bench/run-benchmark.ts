// Runs a benchmark of synthesis from the command line: ours against a hand-written equivalent.
//
// Both sides are bundled by esbuild into one file (aws-cdk-lib and constructs stay outside) that plain Node runs in child
// processes: neither is transpiled while it is measured, and tsx's hooks do not slow down the modules which CDK loads
// late. Loading is not part of the ratios, since it happens once, before the warm-up; the table of fresh processes says
// what it costs.
//
// A sample is a fresh app synthesised into a fresh folder, measured in CPU time (user and system), since wall time on a
// shared machine says more about the neighbours. Samples come in pairs, in alternating order (A B B A); the figure is the
// median of the ratios of the pairs. CDK's template validation is off. The figures are never asserted.
import type { Benchmark } from './benchmark';
import { withWorker } from './child';
import { commandLine, progress } from './command-line';
import { measure } from './measure';
import { readOptions } from './options';
import { report } from './report';

export function runBenchmark(benchmark: Benchmark): Promise<void> {
  return commandLine(async () => {
    const options = readOptions(process.argv.slice(2), benchmark);
    if (!options) return;
    const measurement = withWorker((run) => measure(run, benchmark, options, progress));
    console.log(options.json ? JSON.stringify(measurement, undefined, 2) : report(measurement, benchmark));
  });
}
