/**
 * Whether a program of the image has a locale of UTF-8, in which coreutils put other marks around names (`gettext_quote`
 * of gnulib). Without LANG and its like none has under glibc, and each under musl.
 */
import { resolve } from '../../rootfs/resolve.ts';
import type { RootFs } from '../../rootfs/rootfs.ts';
import type { Execution } from '../execution.ts';
import type { RunningProgram } from '../running-program.ts';
import type { Quotes } from './quotation.ts';

/** @throws {LayerNeeded} */
export function quotesOf({ environment, rootfs }: Execution, { elf }: RunningProgram): Quotes {
  const valueOf = (category: string): string =>
    ['LC_ALL', category, 'LANG'].map((name) => environment.get(name) ?? '').find((value) => value !== '') ??
    '';
  const locale = valueOf('LC_CTYPE');
  if (isPlain(locale))
    return locale === '' && elf.interpreter?.path.includes('ld-musl') === true ? 'curly' : 'straight';
  if (elf.interpreter?.path.includes('ld-musl') === true) return 'curly';
  // setlocale(LC_ALL, "") takes all of them or none.
  const isThere = CATEGORIES.every((category) => hasLocale(rootfs, valueOf(category)));
  return isThere && /\.utf-?8(?:@|$)/i.test(locale) ? 'curly' : 'straight';
}

const CATEGORIES =
  'LC_CTYPE LC_NUMERIC LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_PAPER LC_NAME LC_ADDRESS LC_TELEPHONE LC_MEASUREMENT LC_IDENTIFICATION'.split(
    ' ',
  );

function isPlain(locale: string): boolean {
  return locale === '' || locale === 'C' || locale === 'POSIX';
}

/** glibc has none built in but C. What is in an archive is not read: most have what LANG asks for. */
function hasLocale(rootfs: RootFs, name: string): boolean {
  if (isPlain(name)) return true;
  if (name.includes('/')) return false;
  const normalized = name.replace(
    /\.[^@]*/,
    (codeset) => `.${codeset.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()}`,
  );
  return ['locale-archive', name, normalized].some(
    (file) => resolve(rootfs, `/usr/lib/locale/${file}`).kind === 'found',
  );
}
