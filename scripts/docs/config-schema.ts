/** JSON Schema of the config file, from the table of settings. */
import { RULES } from '../../src/rules/index.ts';
import type { Setting } from '../../src/settings/setting.ts';
import { ALL_SETTINGS } from '../../src/settings/table.ts';

export function configSchema(): string {
  const settings = ALL_SETTINGS.filter(({ faces }) => faces.includes('config'));
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'exec-format-guard: .github/exec-format-guard.yml',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(settings.map((setting) => [setting.name, schemaOf(setting)])),
    definitions: { ignore: ignoreSchema() },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function schemaOf({ name, summary, shape, values }: Setting<unknown>): object {
  const description = `${summary} Written as ${values.replaceAll('`', '')}.`;
  if (name === 'ignore') {
    const items = { anyOf: [{ type: 'string' }, { $ref: '#/definitions/ignore' }] };
    return { description, type: 'array', items };
  }
  const choices = [...values.matchAll(/`([a-z-]+)`/g)].map(([, choice]) => choice);
  if (shape === 'boolean') return { description, type: 'boolean' };
  if (shape === 'list') {
    return { description, anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] };
  }
  const isChoice = /^(?:`[a-z-]+`(?:, | or )?)+$/.test(values);
  return isChoice ? { description, enum: choices } : { description, type: ['string', 'number'] };
}

function ignoreSchema(): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['rule'],
    properties: {
      rule: { description: 'The id of a rule.', enum: RULES.map(({ id }) => id) },
      platform: { description: 'Only on this platform.', type: 'string', pattern: '^[^/]+/[^/]+(/[^/]+)?$' },
      path: { description: 'Only for files that match this glob.', type: 'string', pattern: '^(/|\\*\\*)' },
      reason: { description: 'Why this is known and accepted.', type: 'string' },
      until: {
        description: 'The last day on which it is accepted.',
        type: 'string',
        pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      },
    },
  };
}
