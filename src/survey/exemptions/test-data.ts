import { exemption } from './exemption.ts';

export const testData = exemption({
  name: 'test-data',
  covers:
    'Files below `testdata`, `test-data`, `test_data`, `testfiles`, `fixtures` or `__fixtures__`, as Go’s own source tree has them, and `Inputs` (LLVM), `data` and `resources` (Maven) below `test` or `tests`.',
  reason: 'Tests of tools that read binaries need binaries of every machine.',
  judgedBy: 'place',
  applies: ({ path }) =>
    /\/(?:test[-_]?data|test-?files|__fixtures__|fixtures|testcases)\/|\/tests?\/(?:.*\/)?(?:inputs|data|resources)\//i.test(
      path,
    ),
});
