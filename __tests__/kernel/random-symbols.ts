/** Symbols of random libraries and programs, with and without versions. */
import * as fc from 'fast-check';
import { plainName } from '../support/elf-tables.ts';

export const SYMBOLS = ['sea', 'sky'] as const;
export const VERSIONS = ['V_1', 'V_2'] as const;

/** Each symbol once, with a version or without. */
export const wantedOnce: fc.Arbitrary<readonly string[]> = fc
  .tuple(...SYMBOLS.map((symbol) => fc.constantFrom(null, symbol, `${symbol}@V_1`, `${symbol}@V_2`)))
  .map((names) => names.filter((each) => each !== null));
/** A symbol may be there in two versions, of which one is the default. */
const DEFINITIONS: readonly (readonly string[])[] = [
  [],
  [''],
  ['@@V_1'],
  ['@@V_2'],
  ['@V_1'],
  ['@V_2'],
  ['@V_1', '@@V_2'],
];
export const definedWith: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    ...SYMBOLS.map((symbol) => fc.constantFrom(...DEFINITIONS).map((all) => all.map((one) => symbol + one))),
  )
  .map((names) => names.flat());

/** Without versions that the file's own tables do not have. */
export function withVersionsOf(names: readonly string[], versions: readonly string[]): readonly string[] {
  return names.map((each) => (versions.includes(versionIn(each)) ? each : plainName(each)));
}

function versionIn(name: string): string {
  return /@+(.*)$/.exec(name)?.[1] ?? '';
}
