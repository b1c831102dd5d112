import { describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { ROUTES, type Route } from '../contract/routes.ts';
import { ERROR_CODES } from '../errors.ts';
import { openapiDocument } from './openapi.ts';

type Operation = {
  operationId: string;
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
};
type Document = {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
};

const document = JSON.parse(JSON.stringify(openapiDocument('https://devicelane.example'))) as Document;
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

/** Every object below a value, with its path. */
function* objectsIn(value: unknown, path = '#'): Generator<[string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [key, below] of Object.entries(value)) yield* objectsIn(below, `${path}/${key}`);
}

describe('the OpenAPI document', () => {
  test('is valid', async () => {
    const { valid, errors } = await new Validator().validate(document);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  test('is of version 3.1 and says whose it is', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Devicelane', version: '1' } });
    expect(Object.keys(document).sort()).toEqual(['components', 'info', 'openapi', 'paths', 'servers']);
  });

  test.each(Object.entries(ROUTES) as [string, Route][])('tells of %s all that the contract says', (name, route) => {
    const operation = document.paths[route.path]?.[route.method];
    expect(operation?.operationId).toBe(name);
    const inPath = operation?.parameters.filter((parameter) => parameter.in === 'path').map((p) => p.name);
    expect(inPath).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    for (const parameter of operation?.parameters ?? [])
      if (parameter.in === 'path') expect(parameter.required).toBe(true);
    expect(Object.keys(operation?.requestBody?.content ?? {})).toEqual(
      route.request ? [route.request.contentType] : [],
    );
    expect(operation?.responses[route.response.status]?.description).toBe(route.response.description);
    if (route.partial) {
      expect(operation?.responses[route.partial.status]?.description).toBe(route.partial.description);
    }
    for (const code of route.errors) {
      const response = operation?.responses[ERROR_CODES[code].status];
      expect(response?.description.split(', ')).toContain(code);
      expect(Object.keys(response?.content ?? {})).toEqual(['application/problem+json']);
    }
    expect(operation?.security.length === 0).toBe(route.access.who === 'public');
  });

  test('tells of nothing else', () => {
    expect(operations).toHaveLength(Object.keys(ROUTES).length);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
  });

  test('names only security schemes and components that it has', () => {
    for (const { security } of operations) {
      for (const name of security.flatMap(Object.keys))
        expect(document.components.securitySchemes).toHaveProperty(name);
    }
    const referred = [...objectsIn(document)].flatMap(([, object]) =>
      typeof object.$ref === 'string' ? [object.$ref] : [],
    );
    expect(referred).toContain('#/components/schemas/Problem');
    for (const reference of referred) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect(reference.startsWith('#/') && target !== undefined).toBe(true);
    }
  });

  test('has schemas of JSON Schema 2020-12, each saying what it takes', () => {
    const schemas = [...objectsIn(document)].filter(([path]) => path.endsWith('/schema'));
    expect(schemas.length).toBeGreaterThan(40);
    for (const [path, schema] of schemas) {
      const says = ['type', '$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'const'].some((key) => key in schema);
      expect({ path, says }).toEqual({ path, says: true });
      expect(schema).not.toHaveProperty('nullable');
      expect(schema).not.toHaveProperty('$schema');
    }
  });
});
