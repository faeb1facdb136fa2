import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { secret } from '@/db/schema/auth';
import { testDatabase } from '@/db/testing/test-database';
import { SecretsCheck } from './check-secrets';
import { createSecretsLoader } from './open-secrets';
import { createSecretBox } from './secrets';

const connection = testDatabase();

const [ours, theirs] = [createSecretBox([randomBytes(32)]), createSecretBox([randomBytes(32)])];
const VALUE = 'a-value-that-nobody-may-see';

/** Ways in which a stored secret can be what it should not be. */
const FAULTS: Record<string, (id: string) => string> = {
  'sealed with another key': (id) => theirs.seal(id, VALUE),
  'of another row': () => ours.seal(randomUUID(), VALUE),
  'cut off': (id) => ours.seal(id, VALUE).slice(0, 30),
  changed: (id) => `${ours.seal(id, VALUE).slice(0, -3)}AAA`,
  'without its parts': () => ours.keyIds[0] ?? '',
  'in a form nobody knows': () => VALUE,
  empty: () => '',
};

async function store(
  tenantId: string,
  name: string,
  sealed: (id: string) => string,
  version = 1,
): Promise<void> {
  const id = randomUUID();
  await connection.db.insert(secret).values({ id, tenantId, name, version, ciphertext: sealed(id) });
}

describe('the secrets of tenants that are read together', () => {
  it('reject for the tenant of a faulty row alone, naming the secret and never its value', async () => {
    const fault = fc.constantFrom(...Object.keys(FAULTS));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fault), { minLength: 1, maxLength: 6 }), async (faults) => {
        const batch = randomUUID().slice(0, 8);
        const tenants = faults.map((_, at) => `${batch}-${at}`);
        for (const [at, kind] of faults.entries()) {
          await store(`${batch}-${at}`, 'good', (id) => ours.seal(id, `good ${at}`));
          if (kind !== null) await store(`${batch}-${at}`, 'token', FAULTS[kind] as (id: string) => string);
        }
        const secretsOf = createSecretsLoader(connection.db, ours);
        const ends = await Promise.allSettled([...tenants, 'nobody'].map(secretsOf));
        expect(ends.pop()).toEqual({ status: 'fulfilled', value: { named: {}, former: [] } });
        for (const [at, end] of ends.entries()) {
          if (faults[at] === null)
            expect(end).toEqual({
              status: 'fulfilled',
              value: { named: { good: `good ${at}` }, former: [] },
            });
          else {
            expect(end.status).toBe('rejected');
            const { message } = (end as PromiseRejectedResult).reason as Error;
            expect(message).toContain(`The secret "token" of tenant ${batch}-${at} cannot be opened`);
            expect(message).not.toContain(VALUE);
            if (faults[at] === 'sealed with another key')
              expect(message).toContain(
                `sealed with key ${theirs.keyIds[0]}, and this server knows ${ours.keyIds[0]}`,
              );
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('do not mind an old version that cannot be opened', async () => {
    await store('renewed', 'token', (id) => theirs.seal(id, 'old'), 1);
    await store('renewed', 'token', (id) => ours.seal(id, 'new'), 2);
    expect(await createSecretsLoader(connection.db, ours)('renewed')).toEqual({
      named: { token: 'new' },
      former: [],
    });
  });

  it('know the values of all versions: targets may still use a former one', async () => {
    for (const version of [1, 2, 3])
      await store('rotated', 'token', (id) => ours.seal(id, `value ${version}`), version);
    await store('rotated', 'other', (id) => ours.seal(id, 'another'), 1);
    expect(await createSecretsLoader(connection.db, ours)('rotated')).toEqual({
      named: { token: 'value 3', other: 'another' },
      former: ['value 2', 'value 1'],
    });
  });
});

describe('a server', () => {
  it('says at start and when it is asked which keys it would need', async () => {
    await connection.db.delete(secret);
    const errors: unknown[] = [];
    const log = pino({ level: 'silent' });
    log.error = (what: unknown) => void errors.push(what);
    let now = 0;
    const check = new SecretsCheck({ db: connection.db, box: ours, log, now: () => now });
    await store('a', 'token', (id) => ours.seal(id, VALUE));
    await check.report();
    expect(errors).toEqual([]);
    expect(await check.state()).toBe('ok');

    await store('b', 'token', (id) => theirs.seal(id, VALUE));
    await store('c', 'token', () => VALUE);
    expect(await check.state()).toBe('ok');
    now += 60_000;
    const words = `1 sealed with key ${theirs.keyIds[0]}`;
    expect(await check.state()).toMatch(`${words}`);
    expect(await check.state()).toMatch(/1 sealed with key \(damaged\).*this server knows/);
    expect(await check.state()).not.toContain(VALUE);
    // Set anew, the old value is nobody's concern.
    await store('d', 'token', (id) => theirs.seal(id, VALUE), 1);
    await store('d', 'token', (id) => ours.seal(id, VALUE), 2);
    now += 60_000;
    expect(await check.state()).toMatch(`${words}`);
    await check.report();
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).toContain(theirs.keyIds[0]);
    expect(JSON.stringify(errors)).not.toContain(VALUE);
    expect(
      await new SecretsCheck({ db: connection.db, box: createSecretBox([randomBytes(32)]), log }).state(),
    ).toMatch(/^cannot open/);
  });
});
