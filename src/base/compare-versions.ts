/** Of texts with numbers in them: `9.1` and `GLIBC_2.9` come before `9.10` and `GLIBC_2.10`. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Not where the version is not known. */
export function isAtLeast(version: string | null, least: string): boolean {
  return version !== null && compareVersions(version, least) >= 0;
}
