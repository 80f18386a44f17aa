/**
 * THE table of settings. action.yml's inputs, the options of the command line, the keys of the config file, the
 * names of the environment variables, docs/inputs.md and the README's table are all made from it.
 */
import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';
import type { FailOn } from '../verdict/policy.ts';
import {
  parseBoolean,
  parseChoice,
  parseDigestText,
  parseDuration,
  parseList,
  type Parse,
  parsePlatforms,
  parseText,
} from './parsers.ts';

export interface Setting<T> {
  /** The input's name; the option's after `--`; the config key. */
  readonly name: string;
  /** One sentence for action.yml and `--help`. */
  readonly summary: string;
  /** How a value is written. */
  readonly values: string;
  /** What holds when nobody sets it, in words. */
  readonly initially: string;
  /** Which faces know it; every one of them can also be set in the environment. */
  readonly faces: readonly Face[];
  /** Why it is there, and what is good to know; for docs/inputs.md. */
  readonly remark: string;
  readonly fallback: T;
  readonly parse: Parse<T>;
}

export type When = 'always' | 'on-failure' | 'never';
export type Face = 'action' | 'command' | 'config';

const EVERYWHERE: readonly Face[] = ['action', 'command', 'config'];
/** What is checked is said where the image is made, not in a policy for many workflows. */
const PER_RUN: readonly Face[] = ['action', 'command'];
const PUBLISHING: readonly Face[] = ['action', 'config'];
const ACTION_ONLY: readonly Face[] = ['action'];

const LIST = 'list: one a line, or separated by commas';

/** Only keeps the type of the value. */
function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}

export const SETTINGS = {
  images: setting<readonly string[]>({
    name: 'image',
    summary: 'References of the images to check.',
    values: `${LIST}; \`ghcr.io/acme/shop:1.4\`, \`…@sha256:…\`, \`oci:DIR[:TAG]\`, \`oci-archive:FILE[:TAG]\`, \`docker-archive:FILE\`, \`docker-daemon:NAME\``,
    initially: 'none; `digests` or `metadata` can name the image instead',
    faces: PER_RUN,
    remark: 'Takes `steps.meta.outputs.tags` unchanged; many tags of one digest are checked once.',
    fallback: [],
    parse: parseList,
  }),
  digest: setting<Digest | null>({
    name: 'digest',
    summary: 'The digest that was just built; every tag in `image` must point at it.',
    values: '`sha256:…`',
    initially: 'not known',
    faces: PER_RUN,
    remark:
      'Take it from `steps.build.outputs.digest`. A tag that points elsewhere is the finding `tag-mismatch`.',
    fallback: null,
    parse: parseDigestText,
  }),
  digests: setting<readonly string[]>({
    name: 'digests',
    summary:
      'Per-platform digests of a matrix build, or a folder of files named by digest, checked as one image.',
    values: `${LIST}, or a folder`,
    initially: 'none',
    faces: PER_RUN,
    remark: 'Checks what a matrix has built before `docker buildx imagetools create` moves a tag to it.',
    fallback: [],
    parse: parseList,
  }),
  metadata: setting<string | null>({
    name: 'metadata',
    summary:
      'Output of build-push-action, bake-action or metadata-action: JSON, or the path of a file with it.',
    values: 'JSON or a path',
    initially: 'none',
    faces: PER_RUN,
    remark:
      'Names, digest, asked-for platforms and the Dockerfile come from it. An input travels in the environment, where a value near 128 KiB stops the step; give the path of a file then.',
    fallback: null,
    parse: parseText,
  }),
  platforms: setting<readonly Platform[]>({
    name: 'platforms',
    summary: 'Platforms that must be in the image.',
    values: `${LIST}; \`linux/amd64\``,
    initially: 'the platforms that `metadata` asked for, else no check of presence',
    faces: EVERYWHERE,
    remark:
      '`linux/arm64` is `linux/arm64/v8`, `linux/arm` is `linux/arm/v7`, `linux/amd64` is `linux/amd64/v1`. Build attestations never count as a platform.',
    fallback: [],
    parse: parsePlatforms,
  }),
  exactPlatforms: setting<boolean>({
    name: 'exact-platforms',
    summary: 'Whether a platform beyond the required ones is a finding too.',
    values: '`true` or `false`',
    initially: '`false`',
    faces: EVERYWHERE,
    remark: '',
    fallback: false,
    parse: parseBoolean,
  }),
  scope: setting<'start' | 'image'>({
    name: 'scope',
    summary: 'How much of each platform image is examined.',
    values: '`start` or `image`',
    initially: '`image`',
    faces: EVERYWHERE,
    remark:
      '`start`: what the container starts (ENTRYPOINT and CMD, wrappers, interpreters, loader, libraries, HEALTHCHECK). `image`: that, and every other binary. A third of real wrong-architecture incidents were helpers and add-ons that the start never touches.',
    fallback: 'image',
    parse: parseChoice(['start', 'image']),
  }),
  binaries: setting<readonly string[]>({
    name: 'binaries',
    summary: 'More files that are held to the strictness of the start.',
    values: `${LIST}; paths or globs`,
    initially: 'none',
    faces: EVERYWHERE,
    remark: '',
    fallback: [],
    parse: parseList,
  }),
  dockerfile: setting<string | null>({
    name: 'dockerfile',
    summary: 'The Dockerfile that annotations point into.',
    values: 'a path; for bake, `target=path` lines',
    initially: "found: metadata, buildx's local state, provenance, `./Dockerfile`",
    faces: EVERYWHERE,
    remark: '',
    fallback: null,
    parse: parseText,
  }),
  context: setting<string | null>({
    name: 'context',
    summary: 'The build context that copied files come from.',
    values: 'a path; for bake, `target=path` lines',
    initially: 'found as the Dockerfile is',
    faces: EVERYWHERE,
    remark: '',
    fallback: null,
    parse: parseText,
  }),
  target: setting<string | null>({
    name: 'target',
    summary: 'The stage that was built.',
    values: 'the name of a stage',
    initially: 'the last stage',
    faces: EVERYWHERE,
    remark: '',
    fallback: null,
    parse: parseText,
  }),
  ignore: setting<readonly string[]>({
    name: 'ignore',
    summary: 'Findings that are known and accepted.',
    values: `${LIST}; \`rule\`, \`rule@linux/386\`, \`rule:/path/glob\``,
    initially: 'none',
    faces: EVERYWHERE,
    remark:
      'Entries of the input and of the config file add up. Reasons and end dates live in the config file. An entry that matches nothing is reported.',
    fallback: [],
    parse: parseList,
  }),
  configFile: setting<string | null>({
    name: 'config-file',
    summary: 'The config file: one policy for many workflows.',
    values: 'a path',
    initially: '`.github/exec-format-guard.yml` if present',
    faces: PER_RUN,
    remark:
      'Its JSON Schema is `docs/schema/config.schema.json`. Unknown keys are errors that name the line.',
    fallback: null,
    parse: parseText,
  }),
  failOn: setting<FailOn>({
    name: 'fail-on',
    summary: 'From which severity on a finding fails the run.',
    values: '`error`, `warning` or `never`',
    initially: '`error`',
    faces: EVERYWHERE,
    remark:
      '`never` reports, annotates as warnings, and exits 0; the output `verdict` still says `fail`. What could not be read exits 3 all the same.',
    fallback: 'error',
    parse: parseChoice(['error', 'warning', 'never']),
  }),
  annotations: setting<boolean>({
    name: 'annotations',
    summary: 'Whether findings become annotations of the lines to blame.',
    values: '`true` or `false`',
    initially: '`true`',
    faces: PUBLISHING,
    remark: '',
    fallback: true,
    parse: parseBoolean,
  }),
  summary: setting<When>({
    name: 'summary',
    summary: 'When the report is added to the job summary.',
    values: '`always`, `on-failure` or `never`',
    initially: '`always`',
    faces: PUBLISHING,
    remark: '',
    fallback: 'always',
    parse: parseChoice(['always', 'on-failure', 'never']),
  }),
  commentInPr: setting<When>({
    name: 'comment-in-pr',
    summary:
      'When the report is posted as a comment of the pull request, one comment that is edited in place.',
    values: '`always`, `on-failure` or `never`',
    initially: '`never`',
    faces: PUBLISHING,
    remark:
      'Needs `pull-requests: write`. Where the token may not comment (forks, Dependabot) that is a notice and changes nothing else.',
    fallback: 'never',
    parse: parseChoice(['always', 'on-failure', 'never']),
  }),
  commentKey: setting<string | null>({
    name: 'comment-key',
    summary: 'Keeps the comments of several jobs apart.',
    values: 'text',
    initially: 'workflow/job/step',
    faces: ACTION_ONLY,
    remark: 'Jobs of one matrix share workflow, job and step: give each its own key.',
    fallback: null,
    parse: parseText,
  }),
  insecureRegistries: setting<readonly string[]>({
    name: 'insecure-registries',
    summary: 'Registries that are spoken to over plain HTTP.',
    values: `${LIST}; \`host:port\``,
    initially: 'loopback only',
    faces: PER_RUN,
    remark:
      'Not in the config file: a file of a pull request must not take the encryption away from a log-in.',
    fallback: [],
    parse: parseList,
  }),
  waitForImage: setting<number>({
    name: 'wait-for-image',
    summary: 'How long a reference that is not there yet is asked for again.',
    values: 'a duration: `20s`, `2m`, `0`',
    initially: '`20s`',
    faces: EVERYWHERE,
    remark: 'Registries answer 404 for seconds after a push.',
    fallback: 20_000,
    parse: parseDuration,
  }),
  cache: setting<boolean>({
    name: 'cache',
    summary: 'Whether layer listings are kept by digest and used again by later runs.',
    values: '`true` or `false`',
    initially: '`true`',
    faces: EVERYWHERE,
    remark: '',
    fallback: true,
    parse: parseBoolean,
  }),
  githubToken: setting<string | null>({
    name: 'github-token',
    summary:
      'The token for the comment, for the Dockerfile without a checkout, and for ghcr.io without a log-in.',
    values: 'a token',
    initially: '`${{ github.token }}`',
    faces: ACTION_ONLY,
    remark: 'On the command line it comes from the environment only.',
    fallback: null,
    parse: parseText,
  }),
} as const;

export const ALL_SETTINGS: readonly Setting<unknown>[] = Object.values(SETTINGS);

export function settingNames(face: Face): readonly string[] {
  return ALL_SETTINGS.filter(({ faces }) => faces.includes(face)).map(({ name }) => name);
}
