import unit from './jest.config.js';

/** What needs root, Debian packages or servers: run by .ci/run, not by `npm test`. */
export default { ...unit, testMatch: ['**/__tests__/**/*.e2e.ts'], testTimeout: 120_000 };
