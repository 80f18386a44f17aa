/** What is known of a script behind a condition that only running tells: what both ways have in common. */
import { file, type TarItem } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { SCRIPT_SHELLS, scriptCase, scriptRoot } from './script-case.ts';

const ITEMS: readonly TarItem[] = [
  ...scriptRoot('/usr/bin/grep'),
  file('settings', 'MODE=x\n'),
  file('settings.sh', 'MODE=x\nf() { return 1; }\nhash -r\n'),
  file('asks.sh', 'grep -q none /settings\n'),
];

const LOST = 'program-not-found';
const FOREIGN = 'wrong-architecture';
const OK = 'starts';
/** Yes, and no; neither is known without running it. */
const YES = 'grep -q MODE /settings';
const NO = 'grep -q none /settings';
const WHO = 'not known: what exec';

const BODIES: readonly (readonly [body: string, expect: string])[] = [
  [`if ${YES}; then set -- foreign "$@"; else set -- foreign; fi\nexec "$@"`, FOREIGN],
  [`set -- foreign\nif ${YES}; then set -- foreign --option; fi\nexec "$@"`, FOREIGN],
  [`set -- foreign\nif ${NO}; then set -- foreign --option; fi\nexec "$@"`, FOREIGN],
  [`set -- missing\nif ${YES}; then set -- server; fi\nexec "$@"`, OK],
  [`set -- missing\nif ${YES}; then set -- missing --option; fi\nexec "$@"`, LOST],
  [`set -- missing\nif ${YES}; then shift; set -- server "$@"; fi\nexec "$@"`, OK],
  [`set -- x missing\nif ${YES}; then shift; else shift 1; fi\nexec "$@"`, LOST],
  [`X=missing\nif ${YES}; then X=server; fi\nexec $X`, OK],
  [`X=missing\nif ${YES}; then X=missing; Y=server; fi\nexec $X`, LOST],
  [`if ${YES}; then X=server; else X=missing; fi\nexec $X`, OK],
  [`if ${NO}; then X=server; else X=missing; fi\nexec $X`, WHO],
  [`if ${YES}; then X=missing; elif ${NO}; then X=missing; fi\nexec $X`, WHO],
  [`X=missing\nif X=server; ${NO}; then :; fi\nexec $X`, OK],
  [`X=missing\nif ${NO}; then :; elif X=server; then :; fi\nexec $X`, OK],
  [`X=missing\nif ${NO}; then X=server; exit 3; fi\nexec $X`, LOST],
  [`X=server\nif ${YES}; then for X in a missing; do :; done; X=server; fi\nexec $X`, OK],
  [`X=missing\nif ${YES}; then while ${YES}; do X=server; break; done; fi\nexec $X`, OK],
  [`X=missing\nif ${YES}; then f() { X=server; }; f; fi\nexec $X`, OK],
  [`X=missing\nif ${YES}; then { X=server; } >/dev/null; fi\nexec $X`, OK],
  [`X=missing\nif ${YES}; then ( X=server ); fi\nexec $X`, LOST],
  [`X=missing\nif ${YES}; then : "\${Y:=a}" $((Z += 1)); fi\nexec $X`, LOST],
  [`if ${YES}; then : "\${X:=server}"; fi\nexec "\${X:-missing}"`, OK],
  [`X=missing\nif ${YES}; then read -r X </settings; fi\nexec \${X#MODE=x}server`, OK],
  [`X=missing\nif ${YES}; then eval X=server; fi\nexec $X`, OK],
  [`X=missing\nif ${YES}; then if ${YES}; then X=server; fi; fi\nexec $X`, OK],
  [`X=missing\nif ${YES}; then unset X; fi\nexec \${X:-server}`, OK],
  [`X=missing\ncase $(${YES} && echo a) in a) X=server ;; esac\nexec $X`, OK],
  [`X=missing\ncase "$(${YES})" in a) X=server ;; *) X=server ;; esac\nexec $X`, OK],
  [`case "$(${YES})" in a) X=missing ;; *) X=missing ;; esac\nexec $X`, LOST],
  ['f() { X=foreign; }\nf && exec $X\nexec server', FOREIGN],
  [`f() { if ${YES}; then X=foreign; fi; }\nf && exec missing\nexec server`, LOST],
  [`f() { ${NO}; }\nf && exec missing\nexec server`, OK],
  [`f() { if ${YES}; then ${NO}; fi; }\nf && exec missing\nexec server`, OK],
  [`f() { ${NO} || return 1; X=1; }\nf && exec missing\nexec server`, OK],
  ['f() { missing; }\nf && exec missing\nexec server', OK],
  ['f() { g() { return 1; }; X=1; }\nf && exec missing\nexec server', LOST],
  [`if ${NO}; then f() { :; }; else f() { [ x = y ]; }; fi\nf && exec missing\nexec server`, OK],
  ['. /settings.sh && exec foreign', FOREIGN],
  ['. /asks.sh && exec missing\nexec server', OK],
  ['eval X=foreign && exec $X', FOREIGN],
  [`eval "${NO}" && exec missing\nexec server`, OK],
  [`cd /usr\nif ${YES}; then cd /usr; fi\nexec bin/foreign`, FOREIGN],
  [`cd /\nif ${YES}; then cd /usr; fi\nexec bin/server`, OK],
  [`set -e\nif ${YES}; then set +e; fi\nmissing\nexec server`, OK],
  [
    `PATH=/none\nif true; then PATH=/usr/bin:/bin; fi\nif ${YES}; then PATH=/bin:/usr/bin; fi\nexec server`,
    OK,
  ],
];

export const branchCases: readonly KernelCase[] = SCRIPT_SHELLS.flatMap((shell) =>
  BODIES.map(([body, expect]) => scriptCase(ITEMS, shell, body, expect)),
);
