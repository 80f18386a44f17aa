import { exemption } from './exemption.ts';

export const debugFiles = exemption({
  name: 'debug-files',
  covers: 'Detached debug information: `/usr/lib/debug`, `*.debug`, `.build-id`, `*.dSYM`.',
  reason: 'Debuggers read it; it cannot be run.',
  judgedBy: 'place',
  applies: ({ path }) => /\/usr\/lib\/debug\/|\.debug$|\/\.build-id\/|\.dSYM\//.test(path),
});
