import { Ajv } from 'ajv';

/** What of the value a schema (draft 7) does not allow, in words; empty when it is valid. */
export function violations(schema: string, value: unknown): readonly string[] {
  const parsed: unknown = JSON.parse(schema);
  if (typeof parsed !== 'object' || parsed === null) throw new Error('not a schema');
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  const validate = ajv.compile(parsed);
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
