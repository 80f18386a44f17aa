/** Annotations as workflow commands, for steps that run the command line. The action itself speaks through the toolkit. */
import type { Report } from '../verdict/report.ts';
import { type Annotation, annotationsOf } from './annotations.ts';
import { countsOf, headlineOf, MARKS } from './headline.ts';
import type { Reporter, RenderOptions } from './reporter.ts';

export const github: Reporter = {
  format: 'github',
  summary: 'annotations as workflow commands of GitHub Actions',
  render: renderGithub,
};

function renderGithub(report: Report, options: RenderOptions): string {
  const verdict = `${MARKS[report.verdict]} ${headlineOf(report)} · ${countsOf(report)}`;
  return `${[...annotationsOf(report, options).map(commandOf), verdict].join('\n')}\n`;
}

/** `::error title=…,file=Dockerfile,line=19,endLine=19::…` as the toolkit writes it. */
export function commandOf({ level, title, message, place }: Annotation): string {
  const properties = [
    ['title', title],
    ...(place === null
      ? []
      : [
          ['file', place.file],
          ['line', String(place.line)],
          ['endLine', String(place.endLine)],
        ]),
  ].map(([name = '', value = '']) => `${name}=${encodeProperty(value)}`);
  return `::${level} ${properties.join(',')}::${encodeData(message)}`;
}

function encodeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function encodeProperty(text: string): string {
  return encodeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
