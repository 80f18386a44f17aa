import { imageRule } from './rule.ts';

export const foreignUserland = imageRule({
  id: 'foreign-userland',
  title: 'The root file system is that of another platform',
  severity: 'error',
  what: 'Most of the system’s own programs and libraries (`/bin`, `/lib`, `/usr`) are for another machine than the platform of the image, its shell or libc among them: the base image is that of another platform. It is one finding, whatever the number of files; `foreign-binary` reports what is left.',
  why: 'Nothing that comes from the base runs: `exec /bin/sh: exec format error`, `exec /docker-entrypoint.sh: exec format error`; also a right program does not start when its loader and libraries are the wrong ones: `no such file or directory`. It happens when `FROM` names the digest of one platform’s image (as pinning tools and bots write it), when the base exists for one platform only, or when the final stage has `--platform=$BUILDPLATFORM`.',
  fix: 'Pin the base by the digest of its index, not of one platform’s manifest (`docker buildx imagetools inspect IMAGE` prints it first), and take `--platform` off the `FROM` of the final stage.',
  *examine({ image, survey }) {
    const userland = survey?.userland ?? null;
    if (userland === null) return;
    const { count, nativeCount, total, machine, architecture, layer, paths } = userland;
    const others = total > count ? `, and ${total - count} more elsewhere` : '';
    yield {
      title: `{platforms} {has|have} the root file system of ${image.platform.os}/${architecture}`,
      message: `${count} of ${count + nativeCount} programs and libraries of the system are for ${machine} (${paths.slice(0, 3).join(', ')})${others}.`,
      runtimeError: 'exec /bin/sh: exec format error',
      ...(paths[0] === undefined ? {} : { path: paths[0] }),
      ...(layer === null ? {} : { layer }),
      evidence: { machine, architecture, count, native: nativeCount, total, paths },
    };
  },
});
