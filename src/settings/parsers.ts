/** Text -> value, one parser a kind of setting. @throws {Failure} that names the place and the way to write it. */
import { Failure } from '../base/failure.ts';
import { type Digest, isDigest } from '../oci/digest.ts';
import { parsePlatform, type Platform } from '../oci/platform.ts';
import { complaint, suggestion, type Written } from './written.ts';

export type Parse<T> = (written: Written) => T;

export const parseText: Parse<string> = ({ text }) => text.trim();

/** Lines and commas separate, double quotes hold a comma: as docker's own actions read their lists. */
export const parseList: Parse<readonly string[]> = ({ text }) => {
  const fields = text
    .split(/\r?\n/)
    .flatMap((line) => [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)]);
  return fields
    .map(([, quoted, bare = '']) => (quoted === undefined ? bare : quoted.replaceAll('""', '"')).trim())
    .filter((field) => field !== '');
};

/**
 * A list in which nothing may be missing: where an expression came out empty, a leg of the matrix left no digest, and
 * the others alone are not what was built. A comma at the end of a line and the last line's end separate nothing.
 */
export const parseDigests: Parse<readonly string[]> = (written) => {
  const text = written.text.replace(/\r?\n[^\S\n]*$/, '').replaceAll(/,[^\S\n]*(?=\r?\n)/g, '');
  const elements = text.split(/\r?\n|,/).map((element) => element.trim());
  const empty = elements.findIndex((element) => element === '' || element === '""');
  if (empty < 0) return parseList(written);
  throw complaint(
    written,
    `element ${empty + 1} of ${elements.length} is empty: a job of the matrix left no digest`,
    'look at the job that should have given it, or take the blank line or comma out',
  );
};

/** A list of names of which each is known; `kind` says what they are names of. */
export function parseNames(known: readonly string[], kind: string): Parse<readonly string[]> {
  return (written) => {
    const names = parseList(written);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown === undefined) return names;
    throw complaint(written, `there is no ${kind} "${unknown.slice(0, 100)}"`, suggestion(unknown, known));
  };
}

export const parsePlatforms: Parse<readonly Platform[]> = (written) =>
  parseList(written).map((text) => {
    try {
      return parsePlatform(text);
    } catch (error) {
      throw error instanceof Failure ? complaint(written, error.message, error.hint) : error;
    }
  });

export const parseDigestText: Parse<Digest> = (written) => {
  const text = written.text.trim();
  if (isDigest(text)) return text;
  throw complaint(
    written,
    `"${text.slice(0, 100)}" is not a digest`,
    'write it as sha256: and 64 hexadecimal digits; an empty value means that the digest is not known',
  );
};

/** YAML's spellings, as the Actions toolkit takes them. */
export const parseBoolean: Parse<boolean> = (written) => {
  if (/^(?:true|True|TRUE)$/.test(written.text.trim())) return true;
  if (/^(?:false|False|FALSE)$/.test(written.text.trim())) return false;
  throw complaint(
    written,
    `"${written.text.slice(0, 100)}" is neither true nor false`,
    'write true or false',
  );
};

export function parseChoice<const T extends string>(choices: readonly T[]): Parse<T> {
  return (written) => {
    const text = written.text.trim();
    const chosen = choices.find((choice) => choice === text);
    if (chosen !== undefined) return chosen;
    throw complaint(written, `"${text.slice(0, 100)}" is not a choice`, suggestion(text, choices));
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `20s`, `1m30s`, `0` in milliseconds. */
export const parseDuration: Parse<number> = (written) => {
  const text = written.text.trim();
  const parts = [...text.matchAll(/(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)/g)];
  const isWhole = parts.length > 0 && parts.map(([part]) => part).join('') === text;
  if (!isWhole && text !== '0') {
    throw complaint(
      written,
      `"${text.slice(0, 100)}" is not a duration`,
      'write a number with ms, s, m or h: 20s',
    );
  }
  return parts.reduce((sum, [, number = '0', unit = 's']) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
};
