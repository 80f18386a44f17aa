/** One finding as people read it in a log: effect, place, proof, and one thing to do. Notes are short unless asked for. */
import { shortDigest } from '../oci/digest.ts';
import { type Finding, holdsFor } from '../verdict/finding.ts';
import type { Report, StartReport } from '../verdict/report.ts';
import { codeFrame } from './code-frame.ts';
import { effectOf } from './effect.ts';
import { placeOfFinding } from './finding-facts.ts';
import { logArgv, logText } from './log-text.ts';
import { type Paint, paintOf, SEVERITY_STYLE } from './paint.ts';
import { docsOf, type RenderOptions } from './reporter.ts';

export function prettyFinding(finding: Finding, report: Report, options: RenderOptions): string {
  const paint = paintOf(options);
  const kind = paint(SEVERITY_STYLE[finding.severity], `${finding.severity}[${finding.rule}]`);
  const head = `${kind}: ${paint('bold', logText(finding.title, 300))}`;
  const found = fact('found', logText(finding.message, 600), paint);
  const help = fact('help', logText(finding.fix, 600), paint);
  if (finding.severity === 'note' && options.detail === 'brief') {
    return [head, ...codeFrame(finding, paint), found, help].join('\n');
  }
  return [
    head,
    ...codeFrame(finding, paint),
    ...imageLines(finding, report, paint),
    ...(finding.createdBy !== null && placeOfFinding(finding) === null
      ? [fact('built', logText(finding.createdBy, 300), paint)]
      : []),
    found,
    ...(finding.runtimeError === null ? [] : [fact('effect', logText(effectOf(finding), 300), paint)]),
    ...(finding.notes ?? []).map((note) => fact('note', logText(note, 300), paint)),
    help,
    fact('docs', docsOf(finding.rule, options), paint),
  ].join('\n');
}

function fact(name: string, text: string, paint: Paint): string {
  return `   ${paint('blue', '=')} ${paint('bold', `${name}:`.padEnd(7))} ${text}`;
}

/**
 * Which image it is: `linux/arm64 sha256:5c19b7aa…d20f, ENTRYPOINT ["/server"]`, one line a platform; with its
 * reference where the report has several.
 */
function imageLines(finding: Finding, { images }: Report, paint: Paint): string[] {
  const image = images.find(({ reference }) => reference === finding.image);
  const reference = images.length > 1 && image !== undefined ? logText(image.reference) : '';
  const blamed = (image?.platforms ?? []).filter((platform) => holdsFor(finding, platform)).slice(0, 4);
  const lines = blamed.map(({ platform, digest, start }) => {
    const command = start === null || start.argv.length === 0 ? '' : `, ${commandOf(start)}`;
    return `${reference} ${logText(platform)} ${shortDigest(digest)}${command}`;
  });
  return (lines.length === 0 && reference !== '' ? [reference] : lines).map((line) =>
    fact('image', line.trimStart(), paint),
  );
}

/** As a Dockerfile has it: `ENTRYPOINT ["/server"] CMD ["--port", "80"]`. */
function commandOf({ argv, entrypoint }: Pick<StartReport, 'argv' | 'entrypoint'>): string {
  if (entrypoint === null) return `CMD ${logArgv(argv)}`;
  const [own, rest] = [entrypoint ?? argv, argv.slice(entrypoint?.length ?? argv.length)];
  return `ENTRYPOINT ${logArgv(own)}${rest.length === 0 ? '' : ` CMD ${logArgv(rest)}`}`;
}
