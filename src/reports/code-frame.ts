/** The lines of the user's files that explain a finding, as compilers show them. */
import type { Finding, Location } from '../verdict/finding.ts';
import { relatedLabel, roleOf } from './finding-facts.ts';
import { logText } from './log-text.ts';
import type { Paint } from './paint.ts';

interface Marked {
  readonly location: Location;
  readonly label: string;
  readonly role: 'main' | 'related';
}

/** Lines of `  --> Dockerfile:19` and the code under it; empty when no line is known. */
export function codeFrame(finding: Finding, paint: Paint): string[] {
  const { location, related } = finding;
  const marked: Marked[] = [
    ...(location === null ? [] : [{ location, label: roleOf(finding), role: 'main' as const }]),
    ...related.map((other) => ({ location: other, label: relatedLabel(other), role: 'related' as const })),
  ];
  const files = [...new Set(marked.map((one) => one.location.file))];
  return files.flatMap((file, index) => {
    const here = marked
      .filter((one) => one.location.file === file)
      .sort((one, other) => one.location.line - other.location.line);
    const lead = here.find(({ role }) => role === 'main') ?? here[0];
    const arrow = index === 0 ? '-->' : ':::';
    return [
      `  ${paint('blue', arrow)} ${logText(file)}:${lead?.location.line ?? 0}`,
      ...frameOf(here, paint),
    ];
  });
}

function frameOf(marked: readonly Marked[], paint: Paint): string[] {
  const width = Math.max(...marked.map(({ location }) => String(lastLine(location)).length), 2);
  const bar = paint('blue', '|');
  const lines: string[] = [];
  let previous: number | null = null;
  for (const { location, label, role } of marked) {
    if (previous !== null && location.line > previous + 1)
      lines.push(`${' '.repeat(width)} ${paint('blue', ':')}`);
    const code = location.snippet.split('\n').map((line) => logText(line, 200));
    for (const [offset, line] of code.entries()) {
      lines.push(`${paint('blue', String(location.line + offset).padStart(width))} ${bar} ${line}`);
    }
    lines.push(`${' '.repeat(width)} ${bar} ${markLine(code, location, label, role, paint)}`);
    previous = lastLine(location);
  }
  return [...lines, `${' '.repeat(width)} ${bar}`];
}

function lastLine({ line, snippet }: Location): number {
  return line + snippet.split('\n').length - 1;
}

/** `^^^^ label` under the last line of the snippet, or only under the words that matter. */
function markLine(
  code: readonly string[],
  { highlight }: Location,
  label: string,
  role: Marked['role'],
  paint: Paint,
): string {
  const line = code.at(-1) ?? '';
  const words = highlight === undefined ? '' : logText(highlight, 200);
  const from = words === '' ? -1 : line.lastIndexOf(words);
  const start = from >= 0 ? from : line.length - line.trimStart().length;
  const length = from >= 0 ? words.length : Math.max(line.trim().length, 1);
  const [sign, style] = role === 'main' ? (['^', 'red'] as const) : (['-', 'blue'] as const);
  return ' '.repeat(start) + paint(style, `${sign.repeat(length)} ${logText(label)}`);
}
