import { expect, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate } from './testing/call';
import { expectRefusal } from './testing/expect-refusal';
import { expectNothingWritten } from './testing/row-counts';

const server = testApiServer();
expectNothingWritten(server);

const TURNED = 'paid \u202egnp.exe';
const WHY = /has a character that nobody sees \(U\+202E\): take it out/;
const STEP = { name: 'Wait', type: 'wait', seconds: 1 };
const PLAN = { tenantIds: ['acme-eu'], unitId: 'edge-router', version: 'v2', playbookId: 'blue-green' };
const VERSION = { unitId: 'edge-router', version: 'v9', payload: '{}' };
const ONCE = { kind: 'once', from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z' };
const playbook = (name: string, stage: string, step: string) => ({
  playbookId: 'new-one',
  name,
  definition: { stages: [{ name: stage, steps: [{ ...STEP, name: step }] }] },
});

// Whatever others read in lists, sentences and the log.
it.each<[string, object, string]>([
  ['plans.create', { ...PLAN, name: TURNED }, 'name'],
  ['plans.pause', { planId: 'PLN-1', reason: TURNED }, 'reason'],
  ['executor.stop', { reason: TURNED }, 'reason'],
  ['freezes.create', { name: TURNED, window: ONCE }, 'name'],
  ['playbooks.save', playbook(TURNED, 'One', 'Wait'), 'name'],
  ['playbooks.save', playbook('New', TURNED, 'Wait'), 'definition.stages.0.name'],
  ['playbooks.save', playbook('New', 'One', TURNED), 'definition.stages.0.steps.0.name'],
  ['versions.create', { ...VERSION, unitName: TURNED }, 'unitName'],
  ['versions.create', { ...VERSION, note: TURNED }, 'note'],
  ['tenants.upsert', { tenantId: 'new-one', name: TURNED }, 'name'],
  ['tenants.upsert', { tenantId: 'new-one', labels: { region: TURNED } }, 'labels.region'],
  ['tenants.upsert', { tenantId: 'new-one', labels: { [TURNED]: 'eu' } }, `labels.${TURNED}`],
  ['tenants.update', { tenantId: 'acme-eu', labels: { region: TURNED } }, 'labels.region'],
  ['tenants.editLabels', { tenantIds: ['acme-eu'], labels: { [TURNED]: 'eu' } }, `labels.${TURNED}`],
  ['tenants.import', { tenants: [{ tenantId: 'new-one', name: TURNED }] }, 'tenants.0.name'],
])('%s refuses a text that does not say what it seems to say: %j', async (procedure, input, field) => {
  expectRefusal(await mutate(server.url, server.key, procedure, input), 400, field, WHY);
});

it('takes away a label that was called so before', async () => {
  const edit = { tenantIds: ['acme-eu'], labels: { [TURNED]: null }, dryRun: true };
  expect(await mutate(server.url, server.key, 'tenants.editLabels', edit)).toMatchObject({ status: 200 });
});
