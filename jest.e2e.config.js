const base = require('./jest.config');

module.exports = {
  ...base,
  roots: ['<rootDir>/test/e2e'],
  testPathIgnorePatterns: [],
  setupFiles: ['<rootDir>/test/e2e/setup.ts'],
  setupFilesAfterEnv: [],
  // Each file starts a local AWS and drives the CDK CLI; two at a time would only fight for the same cores.
  maxWorkers: 1,
  testTimeout: 300_000,
};
