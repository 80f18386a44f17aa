import { describe, expect, test } from '@jest/globals';
import { helpText } from '../../src/cli/help.ts';
import { type CheckOptions, parseOptions } from '../../src/cli/options.ts';
import { settingNames } from '../../src/settings/table.ts';

function check(...argv: readonly string[]): CheckOptions {
  const command = parseOptions(argv);
  if (command.kind !== 'check') throw new Error(`not a check but ${command.kind}`);
  return command;
}

describe('options', () => {
  test('mix with images in any order', () => {
    const { images, settings, format } = check('a:1', '--platforms', 'linux/amd64', 'b:2', '--format=json');
    expect([images, settings('platforms')?.text, format]).toEqual([['a:1', 'b:2'], 'linux/amd64', 'json']);
  });

  test('that are lists may be given several times, of others the last one counts', () => {
    const { settings } = check('--ignore=a', '--ignore', 'b', '--fail-on=never', '--fail-on=error');
    expect([settings('ignore')?.text, settings('fail-on')?.text]).toEqual(['a\nb', 'error']);
  });

  test('that are switches take no image for their value', () => {
    const { images, settings } = check('--exact-platforms', 'a:1', '--cache=false');
    expect([images, settings('exact-platforms')?.text, settings('cache')?.text]).toEqual([
      ['a:1'],
      'true',
      'false',
    ]);
  });

  test('that are switches may have true or false for their next word, as the inputs of the action are written', () => {
    const { images, settings } = check('a:1', '--cache', 'false', '--exact-platforms', 'true', 'b:2');
    expect([images, settings('cache')?.text, settings('exact-platforms')?.text]).toEqual([
      ['a:1', 'b:2'],
      'false',
      'true',
    ]);
    expect(check('--platforms', 'x', 'true', '--', '--cache', 'false').images).toEqual([
      'true',
      '--cache',
      'false',
    ]);
  });

  test('end at --', () => {
    expect(check('--', '--weird').images).toEqual(['--weird']);
  });

  test('write further reports into files', () => {
    expect(check('a', '--output', 'sarif=x/y=z.sarif', '--output=json=r.json').outputs).toEqual([
      { format: 'sarif', file: 'x/y=z.sarif' },
      { format: 'json', file: 'r.json' },
    ]);
  });

  test.each([
    [['--help'], 'help'],
    [['-h', 'a:1'], 'help'],
    [['--version'], 'version'],
    [['-V'], 'version'],
    [['explain', 'no-shebang'], 'explain'],
    [['a', '-v'], 'check'],
  ])('%j is the command %s', (argv, kind) => {
    expect(parseOptions(argv).kind).toBe(kind);
  });

  test.each([
    [['a', '--platfroms', 'x'], 'unknown option --platfroms', 'did you mean "--platforms"?'],
    [['a', '-x'], 'unknown option -x', null],
    [['a', '--github-token=x'], 'unknown option --github-token', null],
    [['a', '--platforms'], '--platforms needs a value', null],
    [['a', '--format', 'josn'], '--format: there is no format "josn"', 'did you mean "json"?'],
    [['a', '--output', 'json'], '--output json names no file', null],
    [['a', '--output', 'xml=f'], '--output: there is no format "xml"', null],
  ])('%j is wrong usage: %s', (argv, message, hint) => {
    const failure = { code: 'E_USAGE', message, ...(hint === null ? {} : { hint }) };
    expect(() => parseOptions(argv)).toThrow(expect.objectContaining(failure));
  });
});

describe('--help', () => {
  test('names every option', () => {
    const text = helpText();
    const named = new Set(text.match(/(?<=^ {2}--)[a-z-]+/gmu));
    expect(settingNames('command').filter((name) => name !== 'image' && !named.has(name))).toEqual([]);
  });

  test('shows how a switch that is on is turned off', () => {
    expect(helpText()).toContain('--cache=false ');
  });
});
