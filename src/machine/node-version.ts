/**
 * The first thing that a face asks, before anything is loaded that an older Node.js could not read: its answer would
 * be a SyntaxError.
 */
const OLDEST = 24;

/** One line for people; null when this Node.js will do. `version` as in `process.versions.node`. */
export function tooOld(version: string): string | null {
  const major = Number.parseInt(version, 10);
  if (major >= OLDEST) return null;
  return `exec-format-guard needs Node.js ${OLDEST} or later, and this is ${version}; update the runner, or install a newer Node.js`;
}
