// Mutation tests of what decides: the detector and the classifier of answers, against the tests that need nothing but Node.

export default {
  mutate: [
    'contract/watch/{finding-item,outcome,permits,record-names,request-record,source-address}.ts',
    'protocol/classify.ts',
    'runtime/watch/{detector,found,in-parallel,judge,known-addresses,log-batch,memory,our-network}.ts',
    'runtime/watch/{ring,settle,spikes,stream-change,version-findings,watched-key}.ts',
  ],
  testRunner: 'jest',
  plugins: ['@stryker-mutator/jest-runner'],
  coverageAnalysis: 'perTest',
  jest: {
    configFile: 'jest.config.js',
    config: { testMatch: ['<rootDir>/test/mutation/pure-tests.ts'], setupFilesAfterEnv: [], setupFiles: [] },
    enableFindRelatedTests: false,
  },
  concurrency: 2,
  // of a busy machine: a test that is merely slow kills no mutant
  timeoutFactor: 4,
  // a worker keeps what jest leaves behind
  maxTestRunnerReuse: 100,
  incremental: true,
  incrementalFile: 'out/mutation/incremental.json',
  tempDirName: 'out/mutation/sandbox',
  ignorePatterns: [
    '*',
    '!{contract,protocol,runtime,test/contract,test/mutation,test/protocol,test/runtime}/**/*',
    '!{jest.config.js,package.json}',
  ],
  reporters: ['clear-text', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: 'out/mutation/report.html' },
  thresholds: { high: 98, low: 97, break: 97 },
};
