// Longer than 400 lines: one table of wrong inputs, which is read as a whole.
import { describe, it } from 'vitest';
import { testApiServer } from './testing/api-server';
import { mutate, query } from './testing/call';
import { expectRefusal } from './testing/expect-refusal';
import { expectNothingWritten } from './testing/row-counts';

const server = testApiServer();
expectNothingWritten(server);

const NOBODY = '00000000-0000-4000-8000-000000000000';
const PLAN = {
  name: 'Bad',
  tenantIds: ['acme-eu'],
  unitId: 'edge-router',
  version: 'v2',
  playbookId: 'blue-green',
};
const VERSION = { unitId: 'edge-router', version: 'v9', payload: '{}' };
const TENANT = { tenantId: 'new-one' };
const KEYED = { key: 'a', url: 'http://a' };
const STEP = { name: 'Confirm', type: 'health-check' };
const playbook = (...stages: unknown[]) => ({ playbookId: 'bad', name: 'Bad', definition: { stages } });
const playbookOf = (settings: object) =>
  playbook({ name: 'One', steps: [{ name: 'Call', type: 'http-request', ...settings }] });
const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

describe('input that is wrong', () => {
  it.each<[string, string, unknown, string, RegExp]>([
    [
      'a concurrency of 0',
      'plans.create',
      { ...PLAN, maxConcurrency: 0 },
      'maxConcurrency',
      /from 1 to 1000/,
    ],
    [
      'a concurrency of 1001',
      'plans.create',
      { ...PLAN, maxConcurrency: 1001 },
      'maxConcurrency',
      /from 1 to 1000/,
    ],
    [
      'a concurrency of 1.5',
      'plans.create',
      { ...PLAN, maxConcurrency: 1.5 },
      'maxConcurrency',
      /from 1 to 1000/,
    ],
    [
      'a new concurrency of 0',
      'plans.setConcurrency',
      { planId: 'PLN-1', maxConcurrency: 0 },
      'maxConcurrency',
      /from 1 to 1000/,
    ],
    [
      'a new concurrency of 1001',
      'plans.setConcurrency',
      { planId: 'PLN-1', maxConcurrency: 1001 },
      'maxConcurrency',
      /from 1 to 1000/,
    ],
    [
      'a new concurrency of 1.5',
      'plans.setConcurrency',
      { planId: 'PLN-1', maxConcurrency: 1.5 },
      'maxConcurrency',
      /from 1 to 1000/,
    ],
    ['a reason of two letters', 'plans.cancel', { planId: 'PLN-1', reason: 'no' }, 'reason', /at least 3/],
    ['a reason of spaces', 'tasks.cancel', { taskId: 'PLN-1.1', reason: '        ' }, 'reason', /at least 3/],
    [
      'a reason of 281 letters',
      'plans.cancel',
      { planId: 'PLN-1', reason: 'x'.repeat(281) },
      'reason',
      /at most 280/,
    ],
    [
      'a requestId that is no UUID',
      'plans.start',
      { planId: 'PLN-1', requestId: 'again' },
      'requestId',
      /must be a UUID/,
    ],
    [
      'a requestId that is no UUID, for a plan',
      'plans.create',
      { ...PLAN, requestId: '1' },
      'requestId',
      /must be a UUID/,
    ],
    ['a plan without name', 'plans.create', { ...PLAN, name: '  ' }, 'name', /Give the plan a name/],
    ['an empty plan', 'plans.create', { ...PLAN, tenantIds: [] }, 'tenantIds', /at least one tenant/],
    [
      'an empty plan to preview',
      'plans.preview',
      { ...PLAN, tenantIds: [] },
      'tenantIds',
      /at least one tenant/,
    ],
    [
      'labels nobody has',
      'plans.create',
      { ...PLAN, tenantIds: [], selector: { region: 'moon' } },
      'tenantIds',
      /at least one tenant/,
    ],
    [
      '10,001 tenants',
      'plans.create',
      { ...PLAN, tenantIds: many(10_001) },
      'tenantIds',
      /at most 10000 tenants/,
    ],
    [
      '10,001 tenants to preview',
      'plans.preview',
      { ...PLAN, tenantIds: many(10_001) },
      'tenantIds',
      /at most 10000 tenants/,
    ],
    [
      'an unknown source version',
      'plans.preview',
      { ...PLAN, sources: { 'acme-eu': 'v77' } },
      'sources.acme-eu',
      /no version v77/,
    ],
    [
      'a version name with a slash',
      'plans.create',
      { ...PLAN, version: '../v2' },
      'version',
      /1 to 64 letters/,
    ],
    [
      'a version called unknown',
      'versions.create',
      { ...VERSION, version: 'unknown' },
      'version',
      /may not be/,
    ],
    [
      'a payload that is no JSON',
      'versions.create',
      { ...VERSION, payload: '{' },
      'payload',
      /not valid JSON/,
    ],
    [
      'a configuration beyond 256 KiB',
      'versions.create',
      { ...VERSION, format: 'text', payload: 'x'.repeat(262_145) },
      'payload',
      /at most 256 KiB/,
    ],
    [
      'one that is too large in bytes only',
      'versions.create',
      { ...VERSION, format: 'text', payload: 'é'.repeat(131_073) },
      'payload',
      /at most 256 KiB/,
    ],
    [
      'a step of an unknown type',
      'playbooks.save',
      playbook({ name: 'A', steps: [{ ...STEP, type: 'magic' }] }),
      'definition.stages.0.steps.0.type',
      /"magic" is not a kind of step/,
    ],
    [
      'a step without name',
      'playbooks.save',
      playbook({ name: 'A', steps: [{ ...STEP, name: '' }] }),
      'definition.stages.0.steps.0.name',
      /is missing/,
    ],
    [
      'a stage without name',
      'playbooks.save',
      playbook({ name: ' ', steps: [STEP] }),
      'definition.stages.0.name',
      /is missing/,
    ],
    [
      'two stages of one name',
      'playbooks.save',
      playbook({ name: 'A', steps: [STEP] }, { name: 'A', steps: [STEP] }),
      'definition.stages',
      /names must differ/,
    ],
    [
      'a stage without steps',
      'playbooks.save',
      playbook({ name: 'A', steps: [] }),
      'definition.stages.0.steps',
      /at least one step/,
    ],
    ['a playbook without stages', 'playbooks.save', playbook(), 'definition.stages', /at least one stage/],
    ['a tenant id with a space', 'tenants.upsert', { tenantId: 'a b' }, 'tenantId', /1 to 64 letters/],
    [
      'an endpoint of ftp',
      'tenants.upsert',
      { ...TENANT, endpoints: [{ key: 'a', url: 'ftp://a' }] },
      'endpoints.0.url',
      /http or https/,
    ],
    [
      'an endpoint without key',
      'tenants.upsert',
      { ...TENANT, endpoints: [{ key: '', url: 'http://a' }] },
      'endpoints.0.key',
      /is missing/,
    ],
    [
      'a password in a URL',
      'tenants.upsert',
      { ...TENANT, endpoints: [{ key: 'a', url: 'http://op:pw@h.example' }] },
      'endpoints.0.url',
      /give them as auth in the playbook/,
    ],
    [
      'a user name in a health URL',
      'tenants.upsert',
      { ...TENANT, endpoints: [{ key: 'a', url: 'http://h.example', healthUrl: 'http://op@h.example' }] },
      'endpoints.0.healthUrl',
      /give them as auth in the playbook/,
    ],
    ['a name with a NUL', 'tenants.upsert', { ...TENANT, name: 'a\0b' }, 'name', /cannot be stored/],
    ['half a character', 'plans.create', { ...PLAN, name: 'a\ud800' }, 'name', /cannot be stored/],
    [
      'a label called NUL',
      'tenants.upsert',
      { ...TENANT, labels: { '\0': 'x' } },
      'labels',
      /cannot be stored/,
    ],
    ['an empty file', 'tenants.import', { csv: '' }, 'csv', /no tenant in it/],
    [
      'an unknown column',
      'tenants.import',
      { csv: 'tenantId,colour\na,red\n' },
      'csv',
      /Unknown column "colour" \(column 2\)/,
    ],
    [
      'a line without tenant',
      'tenants.import',
      { csv: 'tenantId,name\na,A\n,B\n' },
      'csv.line 3.tenantId',
      /^Line 3, tenantId: is missing/,
    ],
    [
      'a label without value',
      'tenants.import',
      { csv: 'tenantId,labels\na,eu\n' },
      'csv.line 2.labels',
      /not a label like/,
    ],
    [
      'a good line and a bad URL',
      'tenants.import',
      { csv: 'tenantId,endpointUrl\na,http://a\nb,ftp://b\n' },
      'csv.line 3.endpointUrl',
      /^Line 3, endpointUrl: must be an http or https URL/,
    ],
    [
      'a good tenant and a bad URL',
      'tenants.import',
      { tenants: [TENANT, { tenantId: 'b', endpoints: [{ key: 'b', url: 'ftp://b' }] }] },
      'tenants.1.endpoints.0.url',
      /^b: .*http or https/,
    ],
    [
      'a file and a list at once',
      'tenants.import',
      { csv: 'tenantId\na\n', tenants: [TENANT] },
      'csv',
      /not both/,
    ],
    [
      'a field nobody knows',
      'tenants.import',
      { tenants: [{ ...TENANT, endpoint: 'http://a' }] },
      'tenants.0.endpoint',
      /did you mean "endpoints"/,
    ],
    [
      'two endpoints of one key',
      'tenants.upsert',
      { ...TENANT, endpoints: [KEYED, KEYED] },
      'endpoints.1.key',
      /is that of endpoints.0 as well/,
    ],
    [
      'a bad id in a file',
      'tenants.import',
      { csv: 'tenantId\n"a b"\n' },
      'csv.line 2.tenantId',
      /^Line 2, tenantId: "a b" must be 1 to 64 letters/,
    ],
    [
      'a bad unit in a file',
      'tenants.import',
      { csv: 'tenantId,unit,version\na,My Router,v1\n' },
      'csv.line 2.unit',
      /^Line 2, unit: must be 1 to 64 small letters/,
    ],
    [
      'many bad lines in a file',
      'tenants.import',
      { csv: 'tenantId,endpointUrl,unit,version\na,http://a,r,v 1\n"b b",,,\na,ftp://b,r\n,http://c,,\n' },
      'csv.line 2.version',
      /^4 problems:\nLine 2, version: must be .*\nLine 3, tenantId: "b b" must be .*\nLine 4 has 3 cells.*\nLine 5, tenantId: is missing$/,
    ],
    [
      'a tenant twice in an import',
      'tenants.import',
      { tenants: [TENANT, TENANT] },
      'tenants.1.tenantId',
      /in it twice/,
    ],
    [
      '10,001 lines',
      'tenants.import',
      { csv: `tenantId\n${many(10_001).join('\n')}` },
      'csv',
      /at most 10000 tenants/,
    ],
    [
      'a configuration nested without end',
      'versions.create',
      { ...VERSION, payload: `${'['.repeat(101)}${']'.repeat(101)}` },
      'payload',
      /nested too deeply/,
    ],
    [
      'a configuration of braces alone',
      'versions.create',
      { ...VERSION, payload: '{'.repeat(250_000) },
      'payload',
      /nested too deeply/,
    ],
    [
      'filters that double and double',
      'versions.create',
      { ...VERSION, payload: `{{config.text ${'| json '.repeat(30)}}}`, format: 'text' },
      'payload',
      /more than 3 filters/,
    ],
    [
      'a thousand and one placeholders',
      'versions.create',
      { ...VERSION, payload: '{{tenant.id}}'.repeat(1001), format: 'text' },
      'payload',
      /more than 1000 placeholders/,
    ],
    [
      'a playbook of patterns',
      'playbooks.save',
      playbookOf({ request: { extract: Object.fromEntries(many(51).map((id) => [id, { regex: id }])) } }),
      'definition.stages.0.steps.0.request.extract.t50',
      /at most 50 patterns/,
    ],
    [
      'a playbook of calls',
      'playbooks.save',
      playbookOf({ calls: many(401).map(() => ({ url: '/x' })) }),
      'definition.stages.0.steps.0',
      /at most 400 calls/,
    ],
    [
      'a playbook whose templates double and double',
      'playbooks.save',
      playbookOf({ request: { body: { a: ['{{config.text | json | json | json | json}}'] } } }),
      'definition.stages.0.steps.0.request.body.a.0',
      /more than 3 filters/,
    ],
    ['a CSV beyond 5 MB', 'tenants.import', { csv: 'x'.repeat(5 * 1024 * 1024 + 1) }, 'csv', /at most 5 MB/],
    [
      'a plan id of the wrong shape',
      'plans.start',
      { planId: '1; drop table plan' },
      'planId',
      /not a plan id/,
    ],
    ['a task id of the wrong shape', 'tasks.cancel', { taskId: 'PLN-1' }, 'taskId', /not a task id/],
    ['neither task nor tenant', 'tasks.cancel', {}, 'input', /Give taskId or tenantId/],
    [
      'both task and tenant',
      'tasks.cancel',
      { taskId: 'PLN-1.1', tenantId: 'acme-eu' },
      'input',
      /Give taskId or tenantId/,
    ],
    ['a share id of the wrong shape', 'shares.revoke', { id: 'mine' }, 'id', /UUID/],
    ['a share link for 91 days', 'shares.create', { planId: 'PLN-1', days: 91 }, 'days', /90/],
    ['no input at all', 'plans.create', undefined, 'input', /object/],
  ])('refuses %s', async (_name, procedure, input, field, message) => {
    expectRefusal(await mutate(server.url, server.key, procedure, input), 400, field, message);
  });

  it.each<[string, string, unknown, string, RegExp]>([
    ['a plan id', 'plans.get', { planId: 'pln-1' }, 'planId', /not a plan id/],
    ['a tenant id', 'tenants.get', { tenantId: '../etc' }, 'tenantId', /1 to 64 letters/],
    [
      'a playbook version beyond its column',
      'playbooks.get',
      { playbookId: 'blue-green', version: 2 ** 31 },
      'version',
      /2147483647/,
    ],
    ['a limit of 0', 'plans.list', { limit: 0 }, 'limit', /1/],
    ['a search for NUL', 'tenants.list', { q: '\0' }, 'q', /cannot be stored/],
  ])('refuses to read by %s of the wrong shape', async (_name, procedure, input, field, message) => {
    expectRefusal(await query(server.url, server.key, procedure, input), 400, field, message);
  });
});

describe('what does not exist', () => {
  it.each<[string, unknown, RegExp]>([
    ['plans.start', { planId: 'PLN-999' }, /no plan PLN-999/],
    ['plans.setConcurrency', { planId: 'PLN-999', maxConcurrency: 2 }, /no plan PLN-999/],
    ['plans.rollback', { planId: 'PLN-999' }, /no plan PLN-999/],
    ['plans.create', { ...PLAN, version: 'v77' }, /no version edge-router v77/],
    ['plans.preview', { ...PLAN, unitId: 'no-unit' }, /no version no-unit v2/],
    ['plans.create', { ...PLAN, playbookId: 'no-book' }, /no playbook no-book/],
    ['tasks.cancel', { taskId: 'PLN-1.999' }, /no task PLN-1\.999/],
    ['tasks.retry', { tenantId: 'nobody' }, /no task of tenant nobody/],
    ['tenants.remove', { tenantId: 'nobody' }, /no tenant nobody/],
    ['shares.create', { planId: 'PLN-999' }, /no plan PLN-999/],
    ['shares.revoke', { id: NOBODY }, /no valid share link/],
  ])('%s of %j is answered 404', async (procedure, input, message) => {
    expectRefusal(await mutate(server.url, server.key, procedure, input), 404, null, message);
  });

  it.each<[string, unknown, RegExp]>([
    ['plans.get', { planId: 'PLN-999' }, /no plan PLN-999/],
    ['plans.snapshot', { planId: 'PLN-999' }, /no plan PLN-999/],
    ['plans.events', { planId: 'PLN-999' }, /no plan PLN-999/],
    ['tasks.get', { taskId: 'PLN-999.1' }, /no task PLN-999\.1/],
    ['tasks.list', { planId: 'PLN-999' }, /no plan PLN-999/],
    ['tasks.events', { taskId: 'PLN-1.999' }, /no task PLN-1\.999/],
    ['tenants.get', { tenantId: 'nobody' }, /no tenant nobody/],
    ['tenants.history', { tenantId: 'nobody' }, /no tenant nobody/],
    ['versions.get', { unitId: 'edge-router', version: 'v77' }, /no version edge-router v77/],
    ['playbooks.get', { playbookId: 'no-book' }, /no playbook no-book/],
    ['status.get', { token: 'x'.repeat(43) }, /no status page/],
    ['status.get', { token: '' }, /no status page/],
  ])('%s of %j is answered 404', async (procedure, input, message) => {
    expectRefusal(await query(server.url, server.key, procedure, input), 404, null, message);
  });

  it('does not revoke a key that is not there', async () => {
    const answer = await mutate(server.url, server.adminKey, 'apiKeys.revoke', { id: NOBODY });
    expectRefusal(answer, 404, null, /no valid API key/);
  });
});

describe('what is there already', () => {
  it.each<[string, string, unknown, RegExp]>([
    ['a version', 'versions.create', { ...VERSION, version: 'v1' }, /v1 exists already/],
    ['a tenant’s unfinished task', 'tenants.remove', { tenantId: 'acme-eu' }, /unfinished task/],
    ['a plan that has not started', 'plans.pause', { planId: 'PLN-1', reason: 'too early' }, /READY|paused/i],
  ])('is kept: %s', async (_name, procedure, input, message) => {
    expectRefusal(await mutate(server.url, server.key, procedure, input), 409, null, message);
  });
});
