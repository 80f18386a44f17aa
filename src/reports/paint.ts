/** Colour for logs; without it the texts stay the same, character for character. */
import { styleText } from 'node:util';
import type { Severity } from '../rules/rule.ts';
import type { Verdict } from '../verdict/report.ts';
import type { RenderOptions } from './reporter.ts';

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

export function paintOf({ colour }: RenderOptions): Paint {
  if (colour === 'off') return (_, text) => text;
  return (style, text) => (text === '' ? '' : styleText(style, text, { validateStream: false }));
}

export const SEVERITY_STYLE: Readonly<Record<Severity, Style>> = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  note: ['bold', 'cyan'],
};

export const VERDICT_STYLE: Readonly<Record<Verdict, Style>> = {
  pass: 'green',
  fail: 'red',
  unverified: 'yellow',
};
