/** Files with which a session of util-linux' su and runuser gets another PATH: login.defs(5), pam_env(8). */
import { textOf } from '../../rootfs/content-facts.ts';
import { resolve } from '../../rootfs/resolve.ts';
import type { RootFs } from '../../rootfs/rootfs.ts';

const SETTERS: readonly (readonly [path: string, sets: RegExp])[] = [
  ['/etc/login.defs', /^\s*ALWAYS_SET_PATH\s+"?yes/m],
  ['/etc/environment', /^\s*(?:export\s+)?PATH\s*=/m],
  ['/etc/security/pam_env.conf', /^\s*PATH\s/m],
];

/** Also where a text that decides was not kept. @throws {LayerNeeded} */
export function mayChangePath(rootfs: RootFs): boolean {
  return SETTERS.some(([path, sets]) => {
    const found = resolve(rootfs, path);
    if (found.kind !== 'found') return found.kind === 'runtime-mount';
    const { content } = found.located.entry;
    if (content?.kind === 'empty') return false;
    const text = textOf(content);
    return text === null || sets.test(text);
  });
}
