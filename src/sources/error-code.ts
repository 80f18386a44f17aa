/** `ENOENT`, `ECONNRESET` … of an error of Node, also of the first one in a bundle of errors; '' when it has none. */
export function errorCode(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return '';
  if ('errors' in cause && Array.isArray(cause.errors)) return errorCode(cause.errors[0]);
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
