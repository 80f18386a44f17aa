import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { renderPretty } from '../../src/reports/pretty.ts';
import { judge } from '../../src/verdict/judge.ts';
import {
  evidence,
  failing,
  finding,
  IMAGE,
  imageReport,
  passing,
  platformReport,
  renderOptions,
  unverified,
} from '../support/reports.ts';
import { commandsIn } from '../support/runner-commands.ts';

const PLAIN = renderOptions();

describe('the report for people', () => {
  test('shows a table, the line to blame with its cause, the proof, and one verdict', () => {
    expect(renderPretty(failing(), PLAIN)).toBe(`\
exec-format-guard 1.0.0 · ghcr.io/acme/shop · 2 tags → sha256:0b6e92d4…92d4
▸ ✔ linux/amd64    /server    ELF x86-64, static
▸ ✖ linux/arm64    /server    ELF x86-64, static      expected AArch64

error[wrong-architecture]: linux/arm64 starts an x86-64 program
  --> Dockerfile:19
11 | ARG TARGETARCH=amd64
   |                ----- likely cause: this default hides the value BuildKit sets for each platform
   :
19 | COPY --from=build /out/server /server
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ this line puts the file into the image
   |
   = image:  linux/arm64 sha256:5c19b7aa…b7aa, ENTRYPOINT ["/server"]
   = found:  x86-64; byte for byte the file in linux/amd64
   = effect: on arm64 the container stops at once: exec /server: exec format error
   = note:   \`docker run --platform linux/arm64\` on this x64 runner may work and hide the problem
   = help:   write \`ARG TARGETARCH\` without a value on line 11
   = docs:   docs/rules/wrong-architecture.md

✖ 1 of 2 platforms cannot start · 1 error, 0 warnings · 1.7 s · read 12 of 61 MiB
`);
  });

  test.each([
    [['/server'], 'ENTRYPOINT ["/server"] CMD ["--port", "80"]'],
    [null, 'CMD ["/server", "--port", "80"]'],
  ])('writes the command as the Dockerfile has it: %j', (entrypoint, command) => {
    const start = { argv: ['/server', '--port', '80'], entrypoint, user: '', workingDir: '/', chain: [] };
    const platforms = [platformReport({ platform: 'linux/arm64', start })];
    const text = renderPretty(
      judge(evidence({ images: [imageReport({ platforms })], findings: [finding()] })),
      PLAIN,
    );
    expect(text).toContain(`, ${command}\n`);
  });

  test('names the image of each finding where the report has several', () => {
    const images = ['oci:first', 'oci:second'].map((reference) => imageReport({ reference }));
    const findings = [
      finding({ image: 'oci:second' }),
      finding({ image: 'oci:first', rule: 'tag-mismatch', platforms: [] }),
    ];
    const text = renderPretty(judge(evidence({ images, findings })), PLAIN);
    expect(text).toContain(
      '   = image:  oci:second linux/arm64 sha256:5c19b7aa…b7aa, ENTRYPOINT ["/server"]\n',
    );
    expect(text).toContain('   = image:  oci:first\n');
  });

  test('of what fails later it says not that the container cannot start', () => {
    const later = finding({ rule: 'symbol-version-not-found', evidence: { stage: 'later' } });
    const text = renderPretty(judge(evidence({ findings: [later] })), PLAIN);
    expect(text).toContain('   = effect: on arm64 people see: exec /server: exec format error\n');
    expect(text).toContain('\n✖ 1 of 2 platforms fail · 1 error');
  });

  test('says in two lines that all is well', () => {
    expect(renderPretty(passing(), PLAIN).split('\n').slice(-3)).toEqual([
      '',
      '✔ 2 platforms pass · 0 errors, 0 warnings · 1.7 s · read 12 of 61 MiB',
      '',
    ]);
  });

  test('says of a note only what it is and what to do, unless asked for more', () => {
    const report = failing(finding({ severity: 'note', location: null, related: [], title: 'odd' }));
    const block = (detail: 'brief' | 'full') =>
      renderPretty(report, renderOptions({ detail })).split('\n\n')[1]?.split('\n');
    expect(block('brief')?.map((line) => line.slice(0, 10))).toEqual([
      'note[wrong',
      '   = found',
      '   = help:',
    ]);
    expect(block('full')).toHaveLength(8);
  });

  test('says in the last line what cannot start and what is missing', () => {
    const both = imageReport({ missingPlatforms: ['linux/s390x'] });
    const [amd64] = both.platforms;
    const last = (image: typeof both) =>
      renderPretty(judge(evidence({ images: [image], findings: [finding()] })), PLAIN)
        .split('\n')
        .at(-2);
    expect(last(both)).toMatch(/^✖ 1 of 2 platforms cannot start, 1 missing · /);
    const only = { ...both, platforms: amd64 === undefined ? [] : [{ ...amd64, platform: 'linux/arm64' }] };
    expect(last({ ...only, missingPlatforms: [] })).toMatch(/^✖ the only platform cannot start · /);
  });

  test('counts small images in KiB', () => {
    const stats = { seconds: 0.04, bytesFetched: 6_144, bytesTotal: 20_480, layersRead: 1, layersTotal: 1 };
    expect(renderPretty(judge(evidence({ stats })), PLAIN)).toContain(' · 0.0 s · read 6.0 of 20 KiB\n');
  });

  test('says everything about what could not be read in one line', () => {
    expect(renderPretty(unverified(), PLAIN)).toContain(
      `not verified[E_DIGEST]: ghcr.io/acme/shop:1.4.0@sha256:5c19b7aa…b7aa linux/arm64: layer sha256:${'77c1'.repeat(16)}: the bytes do not match their digest; push the image again\n`,
    );
  });

  test.each([
    ['NAME: registry.example answered 500', 'NAME: registry.example answered 500'],
    ['NAME is not an OCI image layout', 'NAME: it is not an OCI image layout'],
    ['NAME-2: is another image', 'NAME: NAME-2: is another image'],
    ['its index lists NAME: twice', 'NAME: its index lists NAME: twice'],
  ])('names the image of the failure %j once', (message, line) => {
    const failure = {
      code: 'E_HTTP',
      message: message.replaceAll('NAME', IMAGE),
      hint: 'run it again',
    } as const;
    const report = judge(evidence({ images: [imageReport({ failure, digest: null, platforms: [] })] }));
    expect(renderPretty(report, PLAIN)).toContain(
      `not verified[E_HTTP]: ${line.replaceAll('NAME', IMAGE)}; run it again`,
    );
  });

  test.each([failing(), passing(), unverified()])('reads the same in colour', (report) => {
    const colour = renderPretty(report, renderOptions({ colour: 'on' }));
    expect(colour).not.toBe(renderPretty(report, PLAIN));
    expect(stripVTControlCharacters(colour)).toBe(renderPretty(report, PLAIN));
  });

  test('in a log of Actions has a group a platform, whose title carries the verdict, and findings outside of them', () => {
    const commands = commandsIn(renderPretty(failing(), renderOptions({ log: 'actions' })));
    expect(commands.map(({ name, data }) => [name, data])).toEqual([
      ['group', '✔ linux/amd64    /server    ELF x86-64, static'],
      ['endgroup', ''],
      ['group', '✖ linux/arm64    /server    ELF x86-64, static      expected AArch64'],
      ['endgroup', ''],
    ]);
  });

  test('names what is missing, what was ignored and what to know', () => {
    const ignore = [
      {
        text: 'wrong-architecture',
        where: 'x',
        rule: 'wrong-architecture',
        platform: null,
        path: null,
        reason: 'known',
        until: null,
        ended: false,
      },
    ];
    const report = judge(
      evidence({
        images: [imageReport({ missingPlatforms: ['linux/s390x'] })],
        findings: [finding()],
        policy: { failOn: 'error', ignore },
        notices: ['something to know'],
      }),
    );
    const text = renderPretty(report, PLAIN);
    expect(text).toContain('▸ ✖ linux/s390x               not in the image\n');
    expect(text).toContain(
      'notice: ignored by wrong-architecture: linux/arm64 starts an x86-64 program (known)\n',
    );
    expect(text).toContain('notice: something to know\n');
    expect(text).toContain('0 errors, 0 warnings, 1 ignored');
  });

  test('tells the whole start when asked to say more', () => {
    const platform = platformReport({
      leftOut: ['the script decides'],
      exemptions: [{ name: 'qemu-user payload', count: 12 }],
    });
    const report = judge(evidence({ images: [imageReport({ platforms: [platform] })] }));
    expect(
      renderPretty(report, renderOptions({ detail: 'full' }))
        .split('\n')
        .slice(1, 8),
    ).toEqual([
      '▸ ✔ linux/amd64    /server    ELF x86-64, static',
      `  image: ${platform.digest}`,
      '  program: /server  ELF 64-bit little-endian x86-64, static  (layer sha256:77c177c1…77c1)',
      '  not known: the script decides',
      '  passed over: qemu-user payload (12 files)',
      '  files examined: 3',
      '',
    ]);
  });

  test('shows a file in another place beside the line that copies it', () => {
    const [related] = finding().related;
    const other = {
      ...finding(),
      related: related === undefined ? [] : [{ ...related, file: 'build.sh', line: 1, proven: true }],
    };
    expect(renderPretty(failing(other), PLAIN)).toContain(`\
  ::: build.sh:1
 1 | ARG TARGETARCH=amd64
   |                ----- this default hides the value BuildKit sets for each platform
`);
  });

  test.each([
    ['HEALTHCHECK CMD ["curl"]', 'this line says how to look after the container'],
    ['entrypoint ["/server"]', 'this line says what to start'],
    ['FROM alpine', 'the file comes with this base image'],
    ['RUN make', 'this line puts the file into the image'],
    ['constructor', 'this line puts the file into the image'],
  ])('says what the line %j has to do with it', (snippet, role) => {
    const location = { file: 'Dockerfile', line: 6, endLine: 6, snippet, by: 'history' } as const;
    expect(renderPretty(failing(finding({ location, related: [] })), PLAIN)).toContain(`^ ${role}\n`);
  });

  test('underlines the last line of an instruction that goes over several', () => {
    const location = {
      file: 'Dockerfile',
      line: 6,
      endLine: 8,
      snippet: 'COPY --from=build \\\n     /out/app \\\n     /app',
      by: 'history',
    } as const;
    expect(renderPretty(failing(finding({ location, related: [] })), PLAIN)).toContain(`\
 6 | COPY --from=build \\
 7 |      /out/app \\
 8 |      /app
   |      ^^^^ this line puts the file into the image
`);
  });
});
