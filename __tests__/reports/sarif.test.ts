import { describe, expect, test } from '@jest/globals';
import type { Log, Result } from 'sarif';
import { sarif } from '../../src/reports/sarif.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Report } from '../../src/verdict/report.ts';
import { failing, finding, renderOptions, unverified } from '../support/reports.ts';

function logOf(report: Report): Log {
  return JSON.parse(sarif.render(report, renderOptions({ docsBase: 'https://github.test/o/g/blob/v1/' })));
}

function resultsOf(report: Report): readonly Result[] {
  return logOf(report).runs[0]?.results ?? [];
}

describe('SARIF', () => {
  test('places a finding in its file, with what explains it beside', () => {
    const [result] = resultsOf(failing());
    expect(result?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'Dockerfile', uriBaseId: '%SRCROOT%' },
      region: { startLine: 19, endLine: 19, snippet: { text: 'COPY --from=build /out/server /server' } },
    });
    expect(result?.relatedLocations?.[0]?.physicalLocation?.region?.startLine).toBe(11);
    expect([result?.ruleId, result?.ruleIndex, result?.level]).toEqual(['wrong-architecture', 0, 'error']);
  });

  test('describes each rule that has a result once, with its page', () => {
    const rules = logOf(failing(finding(), finding({ rule: 'missing-platform' }), finding())).runs[0]?.tool
      .driver.rules;
    expect(rules?.map(({ id, helpUri }) => [id, helpUri])).toEqual([
      ['wrong-architecture', 'https://github.test/o/g/blob/v1/docs/rules/wrong-architecture.md'],
      ['missing-platform', 'https://github.test/o/g/blob/v1/docs/rules/missing-platform.md'],
    ]);
  });

  test('G12 leaves no required text empty, for any rule', () => {
    const rules =
      logOf(failing(...RULES.map(({ id }) => finding({ rule: id })))).runs[0]?.tool.driver.rules ?? [];
    const texts = rules.flatMap((rule) => [
      rule.name,
      rule.shortDescription?.text,
      rule.fullDescription?.text,
      rule.help?.text,
    ]);
    expect(rules).toHaveLength(RULES.length);
    expect(texts.filter((text) => text === undefined || text === '')).toEqual([]);
  });

  test('G12 has at most 5,000 results, the worst first', () => {
    const notes = Array.from({ length: 6_000 }, (_, at) => finding({ severity: 'note', path: `/n${at}` }));
    const results = resultsOf(failing(...notes, finding()));
    expect(results).toHaveLength(5_000);
    expect(results[0]?.level).toBe('error');
  });

  test('G12 gives the same fault the same fingerprint when its line, digest and tag have changed', () => {
    const before = resultsOf(failing());
    const location = { file: 'Dockerfile', line: 40, endLine: 40, snippet: 'COPY x', by: 'history' } as const;
    const later = finding({ image: 'ghcr.io/acme/shop:1.5.0', location, layer: null });
    const after = resultsOf(failing(later));
    expect(after[0]?.partialFingerprints).toEqual(before[0]?.partialFingerprints);
    expect(resultsOf(failing(finding({ path: '/other' })))[0]?.partialFingerprints).not.toEqual(
      before[0]?.partialFingerprints,
    );
  });

  test('without a line to blame names the image, and no file of the repository', () => {
    const [result] = resultsOf(failing(finding({ location: null, related: [] })));
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('ghcr.io/acme/shop%3A1.4.0');
  });

  test('says that a run was not successful when something could not be read', () => {
    const [invocation] = logOf(unverified()).runs[0]?.invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(false);
    expect(invocation?.toolExecutionNotifications?.[0]?.descriptor?.id).toBe('E_DIGEST');
  });

  test('writes no link and no placeholder of an image into a message', () => {
    const [result] = resultsOf(failing(finding({ title: '[x](http://b.test) {0}\n::error::x' })));
    expect(result?.message.text?.split('\n')[0]).toBe('\\[x\\](http://b.test) {{0}}');
    expect(result?.message.text?.split('\n')[1]?.startsWith('\\')).toBe(true);
  });
});
