import { examplesOf, namedFiles, placeOfGroup } from './foreign-words.ts';
import { imageRule } from './rule.ts';

export const pageSize = imageRule({
  id: 'page-size',
  title: 'A binary cannot be loaded where memory pages have 64K',
  severity: 'warning',
  what: 'Segments of a program or library for arm64 or ppc64le are aligned for pages of 4K or 16K only. Hosts with 64K pages (RHEL and Oracle Linux kernels for arm64, nearly all of ppc64le) cannot map them; those with 16K (Asahi, Raspberry Pi 5) take only the latter.',
  why: 'There the loader says `ELF load command alignment not page-aligned`, and the kernel ends the program in execve(2). On hosts with 4K pages everything works, so tests do not show it.',
  fix: 'Link with `-Wl,-z,max-page-size=65536`, the default of GNU ld for these machines (lld and mold need `-z separate-loadable-segments` or the same option); for wheels and npm packages take a release that does.',
  *examine({ survey }) {
    for (const group of survey?.smallPages ?? []) {
      const { evidence, ...place } = placeOfGroup(group);
      const pages = `${group.align / 1024}K`;
      yield {
        ...place,
        title: `{platforms} {has|have} code that needs pages of ${pages} or less: ${namedFiles(group)}`,
        message: `Segments of ${namedFiles(group)}${examplesOf(group)} are aligned to ${pages}; hosts with 64K pages cannot load ${group.count === 1 ? 'it' : 'them'}.`,
        runtimeError: `${group.paths[0] ?? group.path}: ELF load command alignment not page-aligned`,
        evidence: { ...evidence, align: group.align },
      };
    }
  },
});
