/** What a finding rests on, and how anybody can look for themselves without this program. */
import { type Finding, holdsFor } from '../verdict/finding.ts';
import type { ImageReport, Report } from '../verdict/report.ts';

/** Lines; untrusted. */
export interface Proof {
  readonly facts: readonly string[];
  readonly commands: readonly string[];
}

export function proofOf(finding: Finding, { images }: Report): Proof {
  const image = images.find(({ reference }) => reference === finding.image);
  return { facts: factLines(finding, image), commands: commandLines(finding, image) };
}

function factLines(finding: Finding, image: ImageReport | undefined): string[] {
  const { evidence, layer, createdBy, path } = finding;
  const blamed = image?.platforms.filter((platform) => holdsFor(finding, platform)) ?? [];
  return [
    `image: ${image?.pinned ?? image?.reference ?? ''}`,
    ...blamed.slice(0, 20).map(({ platform, digest }) => `platform: ${platform} ${digest}`),
    ...(path === null ? [] : [`file: ${path}`]),
    ...(layer === null ? [] : [`layer: ${layer}`]),
    ...(createdBy === null ? [] : [`built by: ${createdBy}`]),
    ...Object.entries(evidence).map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
  ];
}

function commandLines({ platforms, path }: Finding, image: ImageReport | undefined): string[] {
  const name = image?.pinned ?? null;
  if (name === null)
    return ['# the image has no name in a registry: unpack it and look with file(1) and readelf(1)'];
  const [platform] = platforms;
  const inspect = `docker buildx imagetools inspect ${quoted(name)}`;
  if (platform === undefined || path === null) return [inspect];
  return [
    inspect,
    `id=$(docker create --platform ${quoted(platform)} ${quoted(name)} true)`,
    `docker cp -L "$id":${quoted(path)} - | tar -xO | file -`,
    'docker rm "$id"',
  ];
}

/** Safe to paste into a shell, whatever the name is. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
