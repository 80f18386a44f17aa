import { platformWordsOf } from '../platform-words.ts';
import { exemption } from './exemption.ts';

/** `/usr/lib/arm-linux-gnueabihf/`, and the loader at the place that the ABI demands. */
const MULTIARCH =
  /^\/(?:usr\/(?:local\/)?)?lib\/([a-z0-9_]+-linux-[a-z0-9_]+)\/|^\/(?:usr\/)?lib(?:32|64)?\/ld-[^/]+\.so\.\d$/;

export const foreignPackages = exemption({
  name: 'foreign-packages',
  covers:
    'Library directories of another architecture (`/usr/lib/arm-linux-gnueabihf/`) whose packages the package database lists as installed.',
  reason:
    'Debian’s multiarch was used on purpose: `dpkg --add-architecture`. Where the database lists the other architecture alone, the base is wrong and nothing is exempt. The databases of dpkg, apk and rpm are read.',
  judgedBy: 'place',
  applies: ({ path, architecture }, { image }) => {
    const match = MULTIARCH.exec(path);
    if (match === null || architecture === null || !image.foreignPackages.has(architecture)) return false;
    const named = match[1] === undefined ? null : platformWordsOf(`/${match[1]}`)?.architecture;
    return named === null || named === undefined || named === architecture;
  },
});
