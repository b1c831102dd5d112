/** The OpenAPI 3.1 document, made from the routes of the contract, so that it cannot tell of another server. */
import * as z from 'zod/mini';
import { Problem } from '../contract/problem.ts';
import { type Access, type Body, ROUTES, type Route } from '../contract/routes.ts';
import { ERROR_CODES, type ErrorCode } from '../errors.ts';

/** JSON Schema of a wire shape; OpenAPI 3.1 takes it as it is. */
const schemaOf = (schema: z.core.$ZodType, io: 'input' | 'output'): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>;
  return rest;
};

const contentOf = ({ contentType, schema }: Body, io: 'input' | 'output') => ({
  [contentType]:
    contentType === 'application/octet-stream'
      ? { schema: { type: 'string', format: 'binary' } }
      : { schema: schemaOf(schema, io) },
});

function securityOf(access: Access): object[] {
  const machine = [{ dpop: [] }, { bearer: [] }];
  if (access.who === 'public') return [];
  if (access.who === 'machine') return machine;
  return access.who === 'person' ? [{ session: [] }] : [...machine, { session: [] }];
}

function parametersOf(route: Route): object[] {
  const listed = (where: string, shapes: Record<string, z.core.$ZodType> | undefined) =>
    Object.entries(shapes ?? {}).map(([name, schema]) => ({
      name,
      in: where,
      required: where === 'path',
      schema: schemaOf(schema, 'input'),
    }));
  const headers = Object.entries(route.headers ?? {})
    .filter(([name]) => !['Content-Length'].includes(name))
    .map(([name, { schema, required, description }]) => ({
      name,
      in: 'header',
      required,
      description,
      schema: schemaOf(schema, 'input'),
    }));
  return [...listed('path', route.params), ...listed('query', route.query), ...headers];
}

/** What the HTTP layer may answer by itself, whatever the verb does. */
function impliedErrors({ access, method, params, request }: Route): ErrorCode[] {
  const hasSmallBody = request !== undefined && request.contentType !== 'application/octet-stream';
  return [
    ...(params ? (['not_found'] as const) : []),
    'invalid_request',
    ...(hasSmallBody ? (['too_large', 'unsupported_media_type'] as const) : []),
    ...(access.who === 'public' && method === 'get' ? [] : (['rate_limited'] as const)),
    'internal',
  ];
}

function responsesOf(route: Route): Record<string, object> {
  const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  const byStatus = new Map<number, string[]>();
  for (const code of [...route.errors, ...impliedErrors(route)]) {
    const { status } = ERROR_CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const answers = [route.response, ...(route.partial ? [route.partial] : [])];
  return {
    ...Object.fromEntries(
      answers.map(({ status, description, body }) => [
        status,
        { description, ...(body ? { content: contentOf(body, 'output') } : {}) },
      ]),
    ),
    ...Object.fromEntries(
      [...byStatus].map(([failed, codes]) => [
        failed,
        { description: [...new Set(codes)].join(', '), content: problem },
      ]),
    ),
  };
}

export function openapiDocument(publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [operationId, route] of Object.entries(ROUTES) as [string, Route][]) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method]: {
        operationId,
        summary: route.summary,
        security: securityOf(route.access),
        parameters: parametersOf(route),
        ...(route.request
          ? { requestBody: { required: !route.bodyIsOptional, content: contentOf(route.request, 'input') } }
          : {}),
        responses: responsesOf(route),
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Devicelane', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, 'output') },
      securitySchemes: {
        dpop: { type: 'http', scheme: 'dpop', description: 'RFC 9449, for capabilities and run handles' },
        bearer: { type: 'http', scheme: 'bearer', description: 'For API tokens and cancel-only handles' },
        session: { type: 'apiKey', in: 'cookie', name: 'devicelane' },
      },
    },
  };
}
