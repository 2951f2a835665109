// Mutation tests of what decides: the detector and the classifier of answers, against the tests that need nothing but Node.
import { readdirSync, readFileSync } from 'node:fs';

/** What starts the local AWS, or tries thousands of cases, would take seconds for each of many hundred mutants. */
const takesLong = /local-aws|watch-world|numRuns: [\d_]{4,}/;

const tests = ['contract/watch', 'runtime/watch'].flatMap((folder) =>
  readdirSync(`test/${folder}`)
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${folder}/${file}`)
    .filter((file) => !takesLong.test(readFileSync(file, 'utf8'))),
);

export default {
  mutate: [
    'contract/watch/{finding-item,outcome,permits,record-names,request-record,source-address}.ts',
    'runtime/exchange/classify.ts',
    'runtime/watch/{detector,found,in-parallel,judge,known-addresses,log-batch,memory,our-network}.ts',
    'runtime/watch/{ring,settle,spikes,stream-change,version-findings,watched-key}.ts',
  ],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  coverageAnalysis: 'perTest',
  jest: {
    configFile: 'jest.config.js',
    config: {
      testMatch: [...tests, 'test/runtime/exchange/classify*.test.ts'].map((file) => `<rootDir>/${file}`),
      setupFilesAfterEnv: [],
      setupFiles: [],
    },
  },
  concurrency: 2,
  // of a busy machine: a test that is merely slow kills no mutant
  timeoutFactor: 4,
  // a worker keeps what jest leaves behind
  maxTestRunnerReuse: 40,
  incremental: true,
  incrementalFile: 'out/mutation/incremental.json',
  tempDirName: 'out/mutation/sandbox',
  ignorePatterns: ['*', '!{contract,runtime,test/contract,test/runtime}/**/*', '!{jest.config.js,package.json}'],
  reporters: ['clear-text', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: 'out/mutation/report.html' },
  thresholds: { high: 95, low: 90, break: 95 },
};
