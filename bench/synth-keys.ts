// `npm run bench:keys`: what a ring of keys costs at synthesis, compared with a hand-written equivalent.
import { KEYS } from './keys/benchmark';
import { runBenchmark } from './run-benchmark';

runBenchmark(KEYS);
