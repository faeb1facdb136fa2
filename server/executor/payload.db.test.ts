import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { secret } from '@/db/schema/auth';
import { unitVersion } from '@/db/schema/catalogue';
import { previewPlan } from '@/server/commands/prepare-plan';
import { StepServer } from '@/server/steps/testing/step-context';
import { Harness } from './testing/harness';

const PAYLOAD =
  '\t{"n":12345678901234567890,"n":1.0,"pw":"{{secret.PW}}","e":"\\u0041","id":"{{tenant.id}}"}\r\n\n';

let harness: Harness;
let target: StepServer;
beforeEach(async () => {
  target = await StepServer.start();
  harness = await Harness.start({
    fleet: { version: 'v1', tenants: [{ tenantId: 'acme', instances: 1 }] },
    playbook: {
      stages: [
        {
          name: 'Config',
          steps: [
            {
              name: 'send',
              type: 'config-update',
              request: { url: `${target.url}/c`, body: '{{config.payload}}' },
            },
          ],
        },
      ],
    },
  });
  const version = { unitId: 'router', createdBy: 'op', format: 'json' as const };
  await harness.db.insert(unitVersion).values([
    { ...version, version: 'v9', payload: PAYLOAD },
    { ...version, version: 'left-over', payload: '{"a":"{{tenant.id}}",\n"b":"{{foo.bar}}"}' },
    { ...version, version: 'open', payload: '{"a":"{{tenant.id"}' },
  ]);
});
afterEach(async () => {
  await Promise.all([harness.close(), target.close()]);
});

const request = (version: string) => ({
  name: 'Switch',
  tenantIds: ['acme'],
  unitId: 'router',
  version,
  playbookId: 'standard',
  maxConcurrency: 1,
  settings: { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null },
  sources: {},
});
const errorsOf = async (version: string) =>
  (await previewPlan(harness.db, request(version))).report.results[0]?.errors ?? [];
const giveSecret = () =>
  harness.db
    .insert(secret)
    .values({ id: randomUUID(), tenantId: 'acme', name: 'PW', version: 1, ciphertext: 'x' });

it('names in the preview what would be left over', async () => {
  expect(await errorsOf('v9')).toMatchObject([{ code: 'PAYLOAD', field: 'payload', value: '{{secret.PW}}' }]);
  await giveSecret();
  expect(await errorsOf('v9')).toEqual([]);
  const [left] = await errorsOf('left-over');
  expect(left).toMatchObject({ code: 'PAYLOAD', field: 'payload', value: '{{foo.bar}}' });
  expect(left?.message).toContain('acme: {{foo.bar}} at line 2, character 6 cannot be filled in');
  expect(await errorsOf('open')).toMatchObject([{ field: 'payload', value: '{{tenant.id"}' }]);
});

it('arrives as it was written, and is on record with its reference', async () => {
  await giveSecret();
  await harness.startExecutor({ secretsOf: async () => ({ named: { PW: 'p"w long' } }) });
  const planId = await harness.createPlan({ version: 'v9' });
  await harness.startPlan(planId);
  await harness.until(planId, 'COMPLETED', 'FAILED', 'PARTIAL_FAILED');
  const sent = PAYLOAD.replace('{{tenant.id}}', 'acme');
  expect(target.received.map(({ body }) => body)).toEqual([sent.replace('{{secret.PW}}', 'p\\"w long')]);
  const [stored] = await harness.db.execute(sql`select payload from snapshot where version = 'v9'`);
  expect(stored?.payload).toBe(sent);
  expect(JSON.stringify(await harness.events(planId))).not.toContain('p\\\\\\"w');
});
