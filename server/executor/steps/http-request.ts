import { z } from 'zod';

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is not a header name');

/** How a step proves who it is. Values are templates; take secrets from `{{secret.NAME}}`. */
const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('basic'), username: z.string(), password: z.string() }),
  z.strictObject({ type: z.literal('bearer'), token: z.string() }),
  z.strictObject({ type: z.literal('header'), name: headerName, value: z.string() }),
]);

/** One thing that must be true of the answer's JSON body (or of its text, without a path). */
const bodyExpectation = z.strictObject({
  path: z.string().optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  contains: z.string().optional(),
  exists: z.boolean().optional(),
});

/** A request as a playbook writes it: URL, headers and body are templates. */
export const httpRequest = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  /** Absolute, or a path below the endpoint's URL. */
  url: z.string().min(1, 'is missing').default('{{endpoint.url}}'),
  headers: z.record(headerName, z.string()).default({}),
  /** Text is sent as it is, anything else as JSON; both after filling in. */
  body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  auth: auth.optional(),
  timeoutMillis: z.number().int().min(1).max(300_000).default(10_000),
  expect: z
    .strictObject({
      /** Status codes or classes: 204, "2xx". */
      status: z
        .array(z.union([z.number().int().min(100).max(599), z.string().regex(/^[1-5]xx$/)]))
        .min(1)
        .default(['2xx']),
      body: z.array(bodyExpectation).default([]),
    })
    .default({ status: ['2xx'], body: [] }),
});

export type HttpRequest = z.infer<typeof httpRequest>;
export type BodyExpectation = z.infer<typeof bodyExpectation>;
