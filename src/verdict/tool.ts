/** What signs every report; a test keeps the version equal to package.json. */
export const TOOL = { name: 'exec-format-guard', version: '1.0.0' } as const;
