import { expect, it } from 'vitest';
import { variantsOf } from './variants';

const running = (version: string | null, tenants: number, payload: string | null) => ({
  version,
  tenants,
  payload,
  named: [`${version}-1`],
});

it('groups tenants by what changes for them, and leaves out who is there already', () => {
  const variants = variantsOf(
    [
      running('v1', 3, '{"a":1}'),
      running('v2', 9, '{"a":2}'),
      running('v1-again', 4, '{"a":1}'),
      running(null, 2, null),
      running('lost', 1, null),
    ],
    'v2',
  );
  expect(variants.map(({ versions, tenants }) => [versions, tenants])).toEqual([
    [['v1', 'v1-again'], 7],
    [[null], 2],
    [['lost'], 1],
  ]);
  expect(variants[0]?.named).toEqual(['v1-1', 'v1-again-1']);
});
