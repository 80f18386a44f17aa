/**
 * JSON Schema of the JSON report (schemaVersion 1). It is written by hand, as the promise to programs that read the
 * report; tests hold real reports against it. New properties may come, so unknown ones are allowed.
 */
import { TOOL } from '../../src/verdict/tool.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const count = { type: 'integer', minimum: 0 };
const texts = { type: 'array', items: text };
const verdict = { enum: ['pass', 'fail', 'unverified'] };
const digest = { type: 'string', pattern: '^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$' };
const digestOrNull = { anyOf: [digest, { type: 'null' }] };

function object(
  properties: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  return { type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } };
}

function nullable(schema: object): object {
  return { anyOf: [schema, { type: 'null' }] };
}

function list(items: object): object {
  return { type: 'array', items };
}

const failure = nullable(
  object({ code: { type: 'string', pattern: '^E_[A-Z_]+$' }, message: text, hint: text }),
);

const location = {
  file: text,
  line: { type: 'integer', minimum: 1 },
  endLine: { type: 'integer', minimum: 1 },
  snippet: text,
  by: { enum: ['provenance', 'history', 'repository', 'workflow'] },
};

const finding = object(
  {
    rule: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    severity: { enum: ['error', 'warning', 'note'] },
    image: text,
    platforms: texts,
    path: textOrNull,
    title: text,
    message: text,
    fix: text,
    runtimeError: textOrNull,
    evidence: { type: 'object' },
    layer: digestOrNull,
    createdBy: textOrNull,
    location: nullable(object(location, { highlight: text })),
    related: list(object({ ...location, label: text, proven: { type: 'boolean' } }, { highlight: text })),
  },
  { notes: texts, entries: list(object({ platform: text, digest: text })) },
);

const start = object(
  {
    argv: texts,
    user: text,
    workingDir: text,
    chain: list(
      object({ role: text, path: text, resolvedPath: textOrNull, format: textOrNull, layer: textOrNull }),
    ),
  },
  { entrypoint: { anyOf: [texts, { type: 'null' }] } },
);

const platform = object({
  platform: text,
  digest,
  verdict,
  inspected: { type: 'boolean' },
  start: nullable(start),
  exemptions: list(object({ name: text, count })),
  leftOut: texts,
  filesExamined: count,
  failure,
});

const image = object({
  reference: text,
  tags: texts,
  digest: digestOrNull,
  mediaType: textOrNull,
  pinned: textOrNull,
  verdict,
  requiredPlatforms: texts,
  missingPlatforms: texts,
  platforms: list(platform),
  attestations: count,
  artifacts: count,
  failure,
});

export function reportSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'exec-format-guard: JSON report',
    ...object({
      schemaVersion: { const: 1 },
      tool: object({ name: { const: TOOL.name }, version: text }),
      verdict,
      failOn: { enum: ['error', 'warning', 'never'] },
      images: list(image),
      findings: list(finding),
      ignored: list(object({ finding, entry: text, reason: textOrNull })),
      notices: texts,
      stats: object({
        seconds: { type: 'number', minimum: 0 },
        bytesFetched: count,
        bytesTotal: count,
        layersRead: count,
        layersTotal: count,
      }),
    }),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
