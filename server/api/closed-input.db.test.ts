import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { objectsIn, valueAt } from '@/server/testing/objects-in';
import { configDocument } from './config/documents';
import { appRouter } from './router';
import { tenantWrite } from './tenant-inputs';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { expectNothingWritten } from './testing/row-counts';

const server = testApiServer();
expectNothingWritten(server);

interface Declared {
  _def: { type: 'query' | 'mutation'; inputs: readonly z.ZodType[] };
}
const PROCEDURES = Object.entries(appRouter._def.procedures as unknown as Record<string, Declared>);
/** What is checked by the procedure itself, not by its schema. */
const CHECKED_INSIDE: Record<string, { at: (string | number)[]; schema: z.ZodType }[]> = {
  'tenants.import': [{ at: ['tenants', 0], schema: tenantWrite }],
  'config.diff': [{ at: ['documents', 0], schema: configDocument }],
  'config.save': [{ at: ['documents', 0], schema: configDocument }],
};

function objectsOf(name: string, inputs: readonly z.ZodType[]) {
  return [
    ...inputs.flatMap((schema) => objectsIn(schema)),
    ...(CHECKED_INSIDE[name] ?? []).flatMap(({ at, schema }) =>
      objectsIn(schema, { path: at, chosen: [], unclear: false }),
    ),
  ];
}

/** One who asks this procedure only: a dear one asked for all its objects takes much of a budget. */
async function callerOf(name: string, { type }: Declared['_def']) {
  const key = await server.newKey('admin');
  return (input: unknown) => (type === 'query' ? query : mutate)(server.url, key, name, input);
}

describe('a key that nobody knows', () => {
  it.each(PROCEDURES)('is refused in every object of %s', async (name, { _def }) => {
    const objects = objectsOf(name, _def.inputs);
    const call = await callerOf(name, _def);
    expect(objects.length, 'a procedure without input says so with `nothing`').toBeGreaterThan(0);
    for (const place of objects) {
      const { path, schema, unclear } = place;
      // The settings of a step are its own matter.
      if (path.at(-2) === 'steps') continue;
      expect(schema.def.catchall, `${name} ${path.join('.')}`).toBeInstanceOf(z.ZodNever);
      const answer = await call(valueAt(place, { surplus: 1 }));
      const where = `${name} ${[...path, 'surplus'].join('.')}`;
      expect({ where, status: answer.status }).toEqual({ where, status: 400 });
      if (unclear) continue;
      expect(`${name} ${answer.error?.field}`).toBe(where);
      expect(answer.error?.message).toContain('is not known here');
    }
  });

  it('is told with the name that was meant, wherever there is one', async () => {
    for (const [name, { _def }] of PROCEDURES) {
      const call = await callerOf(name, _def);
      for (const place of objectsOf(name, _def.inputs)) {
        const { path, schema, unclear } = place;
        const known = Object.keys(schema.shape).find((key) => key.length > 4);
        if (known === undefined || unclear || path.at(-2) === 'steps') continue;
        const misspelt = known.slice(0, -2) + known.at(-1);
        if (misspelt in schema.shape) continue;
        const { error } = await call(valueAt(place, { [misspelt]: 1 }));
        expect(`${name} ${error?.message}`).toContain(`did you mean "`);
      }
    }
  });

  it('is refused beside the input itself', async () => {
    const answer = await fetch(`${server.url}/api/trpc/plans.pause`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.adminKey}` },
      body: JSON.stringify({ json: { planId: 'PLN-1' }, metta: {} }),
    });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('did you mean \\"meta\\"?');
  });
});

describe('a name that belongs to the language', () => {
  const inside = [['labels'], ['variables'], ['overrides'], ['current']];
  it.each(['__proto__', 'constructor', 'prototype'])('%s is refused at any depth', async (taken) => {
    const own = (value: unknown) => JSON.parse(`{${JSON.stringify(taken)}: ${JSON.stringify(value)}}`);
    for (const path of inside) {
      const at = valueAt({ path, chosen: [] }, own('x')) as object;
      const { status, error } = await mutate(server.url, server.adminKey, 'tenants.upsert', {
        tenantId: 'odd',
        ...at,
      });
      expect({ status, field: error?.field }).toEqual({ status: 400, field: [...path, taken].join('.') });
    }
    const steps = [{ name: 'Call', type: 'http-request', request: { body: { a: [own({ b: 1 })] } } }];
    const { status, error } = await mutate(server.url, server.adminKey, 'playbooks.save', {
      playbookId: 'odd',
      name: 'Odd',
      definition: { stages: [{ name: 'One', steps }] },
    });
    expect({ status, field: error?.field }).toEqual({
      status: 400,
      field: `definition.stages.0.steps.0.request.body.a.0.${taken}`,
    });
  });
});
