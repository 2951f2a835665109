// `npm run bench:watch`: what the detector costs beyond reading its deliveries at all, and what its functions take to load.
//
// The detector is the real one, its output included. The lists of keys and addresses are at hand; the table is a client in
// memory, or the local DynamoDB. Samples come in pairs, in alternating order, in child processes of plain Node; the figure
// is the median of the ratios of the pairs.
import { clientVariables, startLocalAws } from '../local-aws/start-local-aws';
import { commandLine, progress } from './command-line';
import { measureLoads } from './watch/loads';
import { measureDeliveries } from './watch/measure';
import { readWatchOptions } from './watch/options';
import { report } from './watch/report';

commandLine(async () => {
  const options = readWatchOptions(process.argv.slice(2));
  if (!options) return;
  const aws = await startLocalAws();
  try {
    const variables = clientVariables(aws.endpoint, 'eu-west-1');
    Object.assign(process.env, variables);
    const deliveries = await measureDeliveries(options, variables, progress);
    const loads = await measureLoads(options.loads, variables, progress);
    const measurement = { deliveries, loads };
    console.log(options.json ? JSON.stringify(measurement, undefined, 2) : report(measurement));
  } finally {
    await aws.stop();
  }
});
