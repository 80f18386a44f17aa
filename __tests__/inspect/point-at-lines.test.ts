import { describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { FIXTURES } from '../support/buildx-fixture.ts';
import { checkout } from '../support/checkout.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { testHost } from '../support/source-host.ts';

const archive = (name: string): string => `oci-archive:${FIXTURES}/${name}.oci.tar`;
const WORKFLOW = '.github/workflows/ci.yml';
const workflow = `steps:
  - uses: docker/build-push-action@v6
    with:
      platforms: linux/amd64,linux/arm64,linux/arm/v7
`;

describe('findings of real images know their lines', () => {
  test('a default that hides the platform: the COPY, the ARG, and what to do', async () => {
    const host = guardHost({ repository: checkout({}, FIXTURES) });
    const { findings } = await guard(guardRequest([archive('wrong-arch-hidden-default')]), host);
    const wrong = findings.filter(({ rule }) => rule === 'wrong-architecture');
    expect(wrong).toHaveLength(1);
    expect(wrong).toMatchObject([
      {
        platforms: ['linux/arm64', 'linux/arm/v7'],
        location: { file: 'hidden-default.Dockerfile', line: 7, by: 'provenance' },
        related: [{ line: 2, highlight: 'amd64', proven: true }, { line: 3 }],
        fix: 'write `ARG TARGETARCH` without a value on line 2',
      },
    ]);
  });

  test('CRLF: the script in the repository, and the line that copies it', async () => {
    const host = guardHost({ repository: checkout({}, FIXTURES) });
    const { findings } = await guard(guardRequest([archive('wrong-arch-and-crlf')]), host);
    expect(findings.filter(({ rule }) => rule === 'crlf-script')).toMatchObject([
      {
        location: { file: 'entrypoint-crlf.sh', line: 1, by: 'repository' },
        related: [{ file: 'pinned-stage.Dockerfile', line: 9 }],
      },
    ]);
  });

  test('a missing platform: the line of the workflow that asks for the others', async () => {
    const env = { ...testHost().env, GITHUB_WORKFLOW_REF: `acme/shop/${WORKFLOW}@refs/heads/main` };
    const host = guardHost({ repository: checkout({ [WORKFLOW]: workflow }), env });
    const request = guardRequest([archive('good-no-provenance')], ['linux/amd64', 'linux/s390x']);
    const { findings } = await guard(request, host);
    expect(findings.filter(({ rule }) => rule === 'missing-platform')).toMatchObject([
      { platforms: ['linux/s390x'], location: { file: WORKFLOW, line: 4, by: 'workflow' } },
    ]);
  });
});
