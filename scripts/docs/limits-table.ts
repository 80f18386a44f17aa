/** The caps of src/base/limits.ts that somebody may meet, for SECURITY.md. */
import { LIMITS } from '../../src/base/limits.ts';

type Name = keyof typeof LIMITS;

const ROWS: readonly (readonly [what: string, name: Name, unit: 'bytes' | 'count' | 'ratio'])[] = [
  ['a manifest, an index', 'manifestBytes', 'bytes'],
  ['an image config', 'configBytes', 'bytes'],
  ['a build provenance', 'provenanceBytes', 'bytes'],
  ['manifests under one reference', 'manifests', 'count'],
  ['indexes in each other', 'indexDepth', 'count'],
  ['layers of one platform', 'layers', 'count'],
  ['one layer, uncompressed', 'layerBytes', 'bytes'],
  ['all layers of one reference, uncompressed', 'imageBytes', 'bytes'],
  ['uncompressed to compressed, past the first 256 MiB', 'compressionRatio', 'ratio'],
  ['entries of one layer', 'layerEntries', 'count'],
  ['entries of all layers of one reference', 'imageEntries', 'count'],
  ['what is known of the files of one reference, in memory', 'imageFactBytes', 'bytes'],
  ['a PAX record', 'paxBytes', 'bytes'],
  ['of one ELF file, held while it is read', 'elfBytes', 'bytes'],
  ['a script, or a file such as `/etc/passwd`', 'textBytes', 'bytes'],
  ['an archive that `archives: true` opens', 'archiveBytes', 'bytes'],
  ['a Dockerfile', 'dockerfileBytes', 'bytes'],
  ['an answer of a token service', 'tokenBytes', 'bytes'],
];

export function limitsTable(): string {
  const rows = ROWS.map(([what, name, unit]) => `| ${what} | ${amountOf(LIMITS[name], unit)} |`);
  return ['| what | at most |', '|---|---|', ...rows].join('\n');
}

function amountOf(value: number, unit: 'bytes' | 'count' | 'ratio'): string {
  if (unit === 'count') return value.toLocaleString('en');
  return unit === 'ratio' ? `${value}:1` : inUnits(value);
}

function inUnits(bytes: number): string {
  const [unit = 'GiB', size = 1] = UNITS.find(([, least]) => bytes % least === 0) ?? [];
  return `${bytes / size} ${unit}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
  ['bytes', 1],
];
