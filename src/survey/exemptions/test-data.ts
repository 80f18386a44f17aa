import { exemption } from './exemption.ts';

export const testData = exemption({
  name: 'test-data',
  covers:
    'Files below `testdata`, `test-data`, `test_data`, `fixtures` or `__fixtures__`, as Go’s own source tree has them, and `Inputs` of LLVM’s tests.',
  reason: 'Tests of tools that read binaries need binaries of every machine.',
  judgedBy: 'place',
  applies: ({ path }) =>
    /\/(?:test[-_]?data|__fixtures__|fixtures|testcases)\/|\/tests?\/(?:.*\/)?inputs\//i.test(path),
});
