/** Generates the published JSON Schema (draft 2020-12) from the declaration. Pure; only the build imports it. */
import { CONFIG } from './config';
import { DESCRIPTIONS } from './describe';
import type { Fields, Shape } from './shape';

type Json = { [key: string]: unknown };

function fields(shapes: Fields): Json {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, schema(shape)]));
}

function schema(shape: Shape): Json {
  switch (shape.t) {
    case 'text':
      return { type: 'string' };
    case 'flag':
      return { type: 'boolean' };
    case 'whole':
      return { const: shape.is };
    case 'number':
      return {
        type: 'number',
        ...(shape.min === undefined ? {} : { minimum: shape.min }),
        ...(shape.max === undefined ? {} : { maximum: shape.max }),
      };
    case 'word':
      return { enum: [...shape.of] };
    case 'colour':
      return { type: 'string', pattern: '^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$' };
    case 'list':
      return { type: 'array', items: schema(shape.of) };
    case 'map':
      return { type: 'object', additionalProperties: schema(shape.of) };
    case 'either':
      return { anyOf: shape.of.map(schema) };
    case 'self':
      return { $ref: '#' };
    case 'object':
      return {
        type: 'object',
        properties: { ...fields(shape.required), ...fields(shape.optional) },
        ...(Object.keys(shape.required).length ? { required: Object.keys(shape.required) } : {}),
        patternProperties: { '^x-': {} },
        additionalProperties: false,
      };
  }
}

export function jsonSchema(): Json {
  const root = schema(CONFIG) as Json & { properties: Record<string, Json> };
  for (const [name, description] of Object.entries(DESCRIPTIONS)) {
    root.properties[name] = { description, ...root.properties[name] };
  }
  root.properties.sources = { ...root.properties.sources, minProperties: 1 };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'OTNet player configuration',
    ...root,
  };
}
