/** What a script exports, for certain or perhaps, to a program that finds its library by it alone. */
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { compile, compileWith, PROGRAMS, withLibraries } from '../programs.ts';

const FAR = { soname: 'libfar.so.1', source: 'int far(void) { return 0; }' };
const MAIN = 'int far(void); void begin(void) { far(); __asm__("mov $60, %eax; xor %edi, %edi; syscall"); }';
const BARE = ['-nostdlib', '-Wl,-e,begin'];

const ITEMS: readonly TarItem[] = [
  ...withLibraries('/bin/bash', '/usr/bin/dash', '/usr/bin/env', '/usr/bin/sed', '/usr/bin/cat'),
  symlink('bin/sh', '/usr/bin/dash'),
  program('bin/ash', PROGRAMS.busybox),
  program('usr/bin/server', compileWith(FAR, BARE, MAIN)),
  program('opt/lib/libfar.so.1', compile('gcc', ['-shared', '-fPIC', '-nostdlib'], FAR.source)),
  file('settings', 'LD_LIBRARY_PATH=/opt/lib\n'),
];

const FOUND = 'starts';
const LOST = 'library-not-found';

/** Bodies that every shell takes; what the kernel says of the server behind them. */
const ANY_SHELL: readonly (readonly [body: string, expect: string])[] = [
  ['export LD_LIBRARY_PATH=/opt/lib', FOUND],
  ['LD_LIBRARY_PATH=/opt/lib', LOST],
  ['LD_LIBRARY_PATH=/opt/lib\nexport LD_LIBRARY_PATH', FOUND],
  ['export LD_LIBRARY_PATH\nLD_LIBRARY_PATH=/opt/lib', FOUND],
  ['export "LD_LIBRARY_PATH=/opt/lib"', FOUND],
  ['name=LD_LIBRARY_PATH\nexport "$name=/opt/lib"', FOUND],
  ['name=LD_LIBRARY_PATH\nexport "$name"="$(sed -n s/LD_LIBRARY_PATH=//p /settings)"', FOUND],
  ['export "$(cat /settings)"', FOUND],
  ['for each in $(cat /settings); do export "$each"; done', FOUND],
  ['while read -r line; do export "$line"; done </settings', FOUND],
  ['set -a\nLD_LIBRARY_PATH=/opt/lib\nset +a', FOUND],
  ['set -a\nset +a\nLD_LIBRARY_PATH=/opt/lib', LOST],
  ['set -o allexport\nLD_LIBRARY_PATH=/opt/lib', FOUND],
  ['set -a\n. /settings', FOUND],
  ['if sed -n q /settings; then export LD_LIBRARY_PATH=/opt/lib; fi', FOUND],
  ['if sed -n q /settings; then LD_LIBRARY_PATH=/opt/lib; fi\nexport LD_LIBRARY_PATH', FOUND],
  ['LD_LIBRARY_PATH=/opt/lib\nif sed -n q /settings; then export LD_LIBRARY_PATH; fi', FOUND],
  ['if sed -n q /settings; then set -a; fi\nLD_LIBRARY_PATH=/opt/lib', FOUND],
  ['sed -n q /settings && export LD_LIBRARY_PATH=/opt/lib', FOUND],
  ['if [ ! -f /none ]; then export LD_LIBRARY_PATH=/opt/lib; fi', FOUND],
  ['f() { export LD_LIBRARY_PATH=/opt/lib; }\nif sed -n q /settings; then f; fi', FOUND],
  ['export LD_LIBRARY_PATH=/opt/lib\nunset LD_LIBRARY_PATH', LOST],
  ['export LD_LIBRARY_PATH=/opt\nunset LD_LIBRARY_PATH\nLD_LIBRARY_PATH=/opt/lib', LOST],
  ['export LD_LIBRARY_PATH="$(sed -n s/LD_LIBRARY_PATH=//p /settings)"', FOUND],
  ['export LD_LIBRARY_PATH="$(cat /settings)"\nexec env LD_LIBRARY_PATH=/opt/lib server', FOUND],
  ['export LD_LIBRARY_PATH="$(cat /settings)"\nexec env -u LD_LIBRARY_PATH server', LOST],
  ['export LD_LIBRARY_PATH="$(cat /settings)"\nexec env -i /usr/bin/server', LOST],
  [
    'export PATH="$(sed -n s,.*,/usr/bin,p /settings)"\nexec /usr/bin/env LD_LIBRARY_PATH=/opt/lib server',
    FOUND,
  ],
  [
    'export MODE="$(cat /settings)"\nexec /bin/sh -c \'[ -n "$MODE" ] || exec missing; LD_LIBRARY_PATH=/opt/lib exec server\'',
    FOUND,
  ],
];

const BASH: typeof ANY_SHELL = [
  ['declare -x LD_LIBRARY_PATH=/opt/lib', FOUND],
  ['declare LD_LIBRARY_PATH=/opt/lib', LOST],
  ['typeset -rx LD_LIBRARY_PATH=/opt/lib', FOUND],
  ['export LD_LIBRARY_PATH=/opt/lib\nexport -n LD_LIBRARY_PATH', LOST],
  ['export LD_LIBRARY_PATH=/opt/lib\ndeclare +x LD_LIBRARY_PATH', LOST],
  ['LD_LIBRARY_PATH() { :; }\nLD_LIBRARY_PATH=/opt/lib\nexport -f LD_LIBRARY_PATH', LOST],
  ['if sed -n q /settings; then declare -x LD_LIBRARY_PATH=/opt/lib; fi', FOUND],
  ['printf -v LD_LIBRARY_PATH /opt/lib\nexport LD_LIBRARY_PATH', FOUND],
  ['f() { local -x LD_LIBRARY_PATH=/opt/lib; exec server; }\nf', FOUND],
];

function scripts(shell: string, bodies: typeof ANY_SHELL): readonly KernelCase[] {
  return bodies.map(([body, expect]) =>
    kernelCase(
      `${shell}: ${body.replaceAll('\n', '; ')}`,
      [...ITEMS, program('entry.sh', `#!${shell}\n${body}\nexec server\n`)],
      '/entry.sh',
      expect,
    ),
  );
}

export const exportedVariableCases: readonly KernelCase[] = [
  ...['/bin/sh', '/bin/ash', '/bin/bash'].flatMap((shell) => scripts(shell, ANY_SHELL)),
  ...scripts('/bin/bash', BASH),
  ...scripts('/bin/bash -a', [['LD_LIBRARY_PATH=/opt/lib', FOUND]]),
  ...scripts('/bin/sh -a', [['LD_LIBRARY_PATH=/opt/lib', FOUND]]),
];
