import type { Hop } from '../rootfs/resolve.ts';
import type { LookupRefusal } from '../start/refusal.ts';
import { LOADERS, loadingOf } from './loading-words.ts';
import { startRule } from './rule.ts';
import { placedAt, refusedSteps } from './start-words.ts';

export const loaderNotFound = startRule({
  id: 'loader-not-found',
  title: 'The dynamic loader is not in the image',
  severity: 'error',
  what: 'A dynamically linked program names its loader by an absolute path in its header (`PT_INTERP`, for example `/lib64/ld-linux-x86-64.so.2` or `/lib/ld-musl-x86_64.so.1`). The image has no file there.',
  why: 'The kernel starts the loader, and the loader starts the program. Without it execve(2) answers ENOENT about the *loader*, and everybody reads it as being about the program: `exec /app: no such file or directory`, although the file is there. The usual causes: a program that was built on Debian or Ubuntu (glibc) in an Alpine image (musl) or the other way round, a dynamic program in `scratch` or a static distroless image, a loader of another architecture, or a symlink to the loader that leads nowhere.',
  fix: 'Use a base image with the libc that the program was built for, or build it static: `CGO_ENABLED=0` for Go, a `*-linux-musl` target for Rust, `-static` for C. `readelf -l FILE | grep interpreter` shows what a program asks for.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['loader-not-found'], LOADERS)) {
      const { program, placeless } = loadingOf(trace, found);
      const { name } = found.step;
      const { at, because, link } = missingAt(found.refusal.because);
      const dangling = link === null ? '' : ` (${link.path} is a symlink to ${link.target})`;
      yield {
        ...placeless,
        ...placedAt(trace, program),
        title: `{platforms} cannot start ${program}: its loader ${name} is not in the image`,
        message: `${program} wants the loader ${name}; ${because} ${at}${dangling}.`,
        evidence: { ...placeless.evidence, loader: name, at, link: link?.path ?? null },
      };
    }
  },
});

function missingAt(refusal: LookupRefusal): {
  readonly at: string;
  readonly because: string;
  readonly link: Hop | null;
} {
  switch (refusal.kind) {
    case 'missing':
      return { at: refusal.at, because: 'there is nothing at', link: refusal.link };
    case 'not-a-directory':
      return { at: refusal.at, because: 'no directory is', link: null };
    case 'symlink-loop':
      return { at: refusal.at, because: 'symlinks go round in circles at', link: null };
    case 'name-too-long':
      return { at: refusal.at, because: 'too long a path is', link: null };
    default:
      return { at: refusal.path ?? '', because: 'there is nothing in', link: null };
  }
}
