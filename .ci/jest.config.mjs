/** What only CI runs: slow tests, and those against real builds and API descriptions, where these are at hand. */
export default {
  rootDir: '..',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  testMatch: [
    '<rootDir>/backend/**/*.slow.ts',
    ...(process.env.DEVICELANE_SHARED_DATA ? ['<rootDir>/backend/**/*.shared.ts'] : []),
  ],
  testTimeout: 300_000,
  globalSetup: '<rootDir>/backend/testing/jest-setup.ts',
  globalTeardown: '<rootDir>/backend/testing/jest-teardown.ts',
};
