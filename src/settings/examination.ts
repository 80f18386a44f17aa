/** The part of the table that says how much of each platform image is examined, and how strictly. */
import { EXEMPTIONS } from '../survey/exemptions/index.ts';
import { parseBoolean, parseChoice, parseList, parseNames } from './parsers.ts';
import { EVERYWHERE, LIST, setting } from './setting.ts';

export const EXAMINATION = {
  scope: setting<'start' | 'image'>({
    name: 'scope',
    summary: 'How much of each platform image is examined.',
    shape: 'value',
    values: '`start` or `image`',
    initially: '`image`',
    faces: EVERYWHERE,
    remark:
      '`start`: what the container starts (ENTRYPOINT and CMD, wrappers, interpreters, loader, libraries, HEALTHCHECK). `image`: that, and every other binary. A third of real wrong-architecture incidents were helpers and add-ons that the start never touches.',
    fallback: 'image',
    parse: parseChoice(['start', 'image']),
  }),
  arbitraryUser: setting<boolean>({
    name: 'arbitrary-user',
    summary: 'Whether the image must also start as an arbitrary user with group 0, as on OpenShift.',
    shape: 'boolean',
    values: '`true` or `false`',
    initially: '`false`',
    faces: EVERYWHERE,
    remark: 'Whatever USER says: a high number that no image knows. Findings that only it has say so.',
    fallback: false,
    parse: parseBoolean,
  }),
  binaries: setting<readonly string[]>({
    name: 'binaries',
    summary: 'More files that are held to the strictness of the start.',
    shape: 'list',
    values: `${LIST}; paths or globs`,
    initially: 'none',
    faces: EVERYWHERE,
    remark:
      'Symlinks are followed, no exemption covers what they lead to, a path without a glob that is not in the image is an error, and a glob that matches nothing is a notice. Looked at in scope `image` alone.',
    fallback: [],
    parse: parseList,
  }),
  exemptionsOff: setting<readonly string[]>({
    name: 'exemptions-off',
    summary: 'Exemptions that are not to apply, by name.',
    shape: 'list',
    values: `${LIST}; names of docs/exemptions.md`,
    initially: 'none',
    faces: EVERYWHERE,
    remark:
      'What healthy images have on purpose (cross compilers, firmware, builds for other platforms …) is passed over and counted under `--verbose`; an exemption that is off lets such files be reported.',
    fallback: [],
    parse: parseNames(
      EXEMPTIONS.map(({ name }) => name),
      'exemption',
    ),
  }),
  archives: setting<boolean>({
    name: 'archives',
    summary: 'Whether jars, wheels and zips are opened for the native libraries in them.',
    shape: 'boolean',
    values: '`true` or `false`',
    initially: '`false`',
    faces: EVERYWHERE,
    remark:
      'An archive with native libraries for other machines and none for this one is a warning of `foreign-add-on`. Archives inside archives are opened too; one that is larger than 64 MiB, encrypted or broken is named as not read.',
    fallback: false,
    parse: parseBoolean,
  }),
} as const;
