// `npm run bench`: what our egress stacks cost at synthesis, compared with a hand-written equivalent.
import { EGRESS } from './egress/benchmark';
import { runBenchmark } from './run-benchmark';

runBenchmark(EGRESS);
