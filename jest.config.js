export default {
  testEnvironment: './__tests__/support/plain-environment.ts',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  testMatch: ['**/__tests__/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/'],
  coverageProvider: 'v8',
  // A busy machine is no fault of the code.
  testTimeout: 60_000,
};
