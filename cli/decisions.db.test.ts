import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate, query } from '@/server/api/testing/call';
import { main } from './main';
import { Bar } from './progress';

const server = testApiServer();

async function run(
  args: string[],
  files: Record<string, string> = {},
  bar?: Bar,
): Promise<{ code: number; out: string; errors: string }> {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await main(
    args,
    { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.key },
    {
      out: (line) => (bar ? bar.print(line) : void out.push(line)),
      error: (line) => void errors.push(line),
      read: async (file) => new TextEncoder().encode(files[file] ?? ''),
      list: async () => null,
      write: async () => {},
      bar,
      signal: new AbortController().signal,
    },
  );
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

async function planOf(tenantIds: string[], changes: object = {}): Promise<string> {
  const { data, error } = await mutate(server.url, server.key, 'plans.create', {
    ...{ name: 'To green', unitId: 'edge-router', version: 'v2', playbookId: 'blue-green', tenantIds },
    ...changes,
  });
  expect(error).toBeNull();
  return (data as { planId: string }).planId;
}

describe('switchyard plan', () => {
  it('retries what failed, and follows it with a bar on a terminal: failures alone are lines', async () => {
    await mutate(server.url, server.key, 'plans.cancel', { planId: 'PLN-1' });
    server.fleet.setFault('borealis', { kind: 'fail', times: 1000 });
    const planId = await planOf(['borealis', 'acme-eu'], {
      settings: { maxRetry: 3, healthIntervalSeconds: 1, healthAttempts: 10 },
    });
    const written: string[] = [];
    const bar = new Bar(
      (text) => written.push(text),
      () => 120,
    );
    expect((await run(['plan', 'start', planId, '--watch'], {}, bar)).code).toBe(2);
    const screen = written.join('');
    expect(screen).toContain('of 2 switched');
    expect(screen).toMatch(/borealis +TaskFailed/);
    expect(screen).not.toContain('StageStarted');
    expect(screen).toMatch(/is PARTIAL_FAILED\. .*\n$/);
    server.fleet.setFault('borealis', { kind: 'none' });

    expect(await run(['plan', 'retry', planId, '--reason', 'Mended'])).toMatchObject({
      code: 0,
      out: 'Asked to retry 1 tenant.',
    });
    await server.untilBulksEnded();
    expect((await run(['plan', 'watch', planId, '--wait'])).code).toBe(0);
    expect((await run(['plan', 'retry', planId])).out).toBe('There is nothing to retry.');
    const json = await run(['plan', 'retry', planId, '--from-start', '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ total: 0, bulkId: expect.any(String) });
    expect(await run(['plan', 'retry', 'PLN-999'])).toMatchObject({
      code: 1,
      errors: 'There is no plan PLN-999.',
    });
  });

  it('approves a start, then what waits in it, or says why a key may not', async () => {
    const stages = [{ name: 'Ask', steps: [{ name: 'Ask', type: 'approval', instructions: 'Look at it.' }] }];
    await mutate(server.url, server.key, 'playbooks.save', {
      playbookId: 'asks',
      name: 'Asks',
      definition: { stages },
    });
    const planId = await planOf(['cobalt-retail', 'delta-freight'], { playbookId: 'asks' });
    const rule = {
      needs: 1,
      role: 'operator',
      notMaker: false,
      given: [],
      because: { label: 'region', equals: 'eu' },
    };
    const protect = (change: object) =>
      server.db.execute(
        sql`update plan set start_approval = ${JSON.stringify({ ...rule, ...change })}::text::jsonb where plan_id = ${planId}`,
      );
    await protect({ needs: 2 });
    expect(await run(['plan', 'approve', planId])).toMatchObject({
      code: 1,
      errors: 'People approve this, signed in as themselves; an API key cannot.',
    });
    await protect({});
    expect((await run(['plan', 'approve', planId, '--tenants', 'cobalt-retail'])).errors).toContain(
      'has not started',
    );
    expect(await run(['plan', 'approve', planId])).toMatchObject({ code: 0, out: `${planId} is READY.` });
    expect((await run(['plan', 'start', planId])).code).toBe(0);
    for (const ordinal of [1, 2]) await server.untilTask(`${planId}.${ordinal}`, 'PAUSED');
    expect((await run(['plan', 'approve', planId, '--tenants', 'nobody'])).errors).toContain(
      `${planId} does not have nobody.`,
    );
    expect((await run(['plan', 'approve', planId, '--tenants', 'cobalt-retail'])).out).toBe(
      'Asked to approve 1 tenant.',
    );
    await server.untilTask(`${planId}.1`, 'COMPLETED');
    expect((await run(['plan', 'approve', planId])).out).toBe('Asked to approve 1 tenant.');
    expect((await run(['plan', 'watch', planId, '--wait'])).code).toBe(0);
  });

  it('makes a link that shows how it stands', async () => {
    const { code, out } = await run(['plan', 'share', 'PLN-1', '--days', '2', '--names']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^${server.url}/s/[\\w-]+$`));
    const told = await run(['plan', 'share', 'PLN-1', '--json']);
    expect(JSON.parse(told.out)).toMatchObject({
      planId: 'PLN-1',
      showNames: false,
      url: expect.stringContaining('/s/'),
    });
    expect((await run(['plan', 'share', 'PLN-1', '--days', '91'])).errors).toContain('days');
  });
});

describe('switchyard versions push', () => {
  const push = (file: string, ...more: string[]) =>
    run(['versions', 'push', file, '--unit', 'pushed', '--version', 'v1', ...more], {
      a: '{"a": 1}\n',
      b: '{"b": 2}',
      bad: '{',
    });

  it('adds a version, is repeated safely, and changes none', async () => {
    expect(await push('a', '--note', 'first', '--unit-name', 'Pushed')).toMatchObject({
      code: 0,
      out: 'pushed v1 is there.',
    });
    expect(await push('a')).toMatchObject({
      code: 0,
      out: 'pushed v1 is there already, as it is in the file.',
    });
    expect(JSON.parse((await push('a', '--json')).out)).toEqual({
      unitId: 'pushed',
      version: 'v1',
      created: false,
    });
    expect(await push('b')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('Versions never change'),
    });
    expect((await push('a', '--format', 'text')).code).toBe(1);
    expect((await push('bad')).errors).toContain('payload: is not valid JSON');
    const { data } = await query(server.url, server.key, 'versions.get', { unitId: 'pushed', version: 'v1' });
    expect(data).toMatchObject({ payload: '{"a": 1}\n', unitName: 'Pushed' });
  });
});

describe('switchyard playbook', () => {
  const step = {
    name: 'Send',
    type: 'config-update',
    request: { method: 'PUT', url: '/c?r={{tenant.variables.pool}}', body: 'x', timeoutMillis: 5000 },
  };
  const definition = { stages: [{ name: 'Config', steps: [step] }] };
  const files = {
    'sound.json': JSON.stringify(definition),
    'document.yaml': JSON.stringify({ kind: 'Playbook', name: 'sound', spec: { name: 'Sound', definition } }),
    'broken.yaml': 'stages:\n  - { name: Config, steps: [] }\n',
  };
  const on = ['--unit', 'edge-router', '--version', 'v2.1'];

  it('checks and tries one that nobody saved', async () => {
    for (const file of ['sound.json', 'document.yaml'])
      expect(await run(['playbook', 'check', file], files)).toMatchObject({
        code: 0,
        out: 'Nothing is wrong with it.',
      });
    const broken = { code: 1, out: 'stages.0.steps: A stage has at least one step.' };
    expect(await run(['playbook', 'check', 'broken.yaml'], files)).toMatchObject(broken);
    expect(
      await run(['playbook', 'test', 'broken.yaml', ...on, '--tenants', 'ivory-labs'], files),
    ).toMatchObject(broken);

    const missing = await run(
      ['playbook', 'test', 'document.yaml', ...on, '--tenants', 'fjord-media'],
      files,
    );
    expect(missing).toMatchObject({ code: 1, errors: '' });
    expect(missing.out).toMatch(
      /^0 of 1 tenants could be switched with it\.\n {2}error {4}fjord-media: .*pool/,
    );
    await run(['tenants', 'edit', 'fjord-media', '--variable', 'pool=large']);
    const sound = await run(
      ['playbook', 'test', 'document.yaml', ...on, '--tenants', 'fjord-media', '--json'],
      files,
    );
    expect(sound.code).toBe(0);
    expect(JSON.parse(sound.out)).toMatchObject({ problems: [], report: { valid: 1, invalid: 0 } });
    const { data } = await query(server.url, server.key, 'playbooks.list', {});
    expect(JSON.stringify(data)).not.toContain('tenant.variables.pool');
    expect((await run(['playbook', 'test', 'sound.json', ...on], files)).errors).toContain(
      'Say which tenants',
    );
  });
});

describe('switchyard tenants edit', () => {
  const tenant = async (tenantId: string) =>
    (await query(server.url, server.key, 'tenants.get', { tenantId })).data as Record<string, unknown>;

  it('changes parts of one', async () => {
    const before = await tenant('evergreen');
    const edited = await run([
      ...['tenants', 'edit', 'evergreen', '--name', 'Ever', '--label', 'ring=canary', '--unlabel', 'tier'],
      ...['--variable', 'pool=a=b', '--endpoint', 'extra=http://10.0.0.9/'],
    ]);
    expect(edited).toMatchObject({ code: 0, out: 'evergreen is changed.' });
    const after = await tenant('evergreen');
    const { tier: _tier, ...labels } = before.labels as Record<string, string>;
    expect(after).toMatchObject({
      name: 'Ever',
      labels: { ...labels, ring: 'canary' },
      variables: { pool: 'a=b' },
    });
    expect(after.endpoints).toContainEqual({ key: 'extra', url: 'http://10.0.0.9/' });
    await run(['tenants', 'edit', 'evergreen', '--unset', 'pool', '--remove-endpoint', 'extra']);
    expect((await tenant('evergreen')).endpoints).toEqual(before.endpoints);
  });

  it('changes labels of many, shows it first, and takes it back', async () => {
    const args = ['tenants', 'edit', '--select', 'region=eu', '--label', 'ring=many'];
    const preview = await run([...args, '--preview']);
    const [, count = ''] =
      /^This would change (\d+) and leave 0 as it is\. Nothing was done\.\n~ acme-eu/.exec(preview.out) ?? [];
    expect(Number(count)).toBeGreaterThan(1);
    const done = await run(args);
    const [, importId = ''] = /undo-import ([\w-]+)$/.exec(done.out) ?? [];
    expect((await tenant('acme-eu')).labels).toMatchObject({ ring: 'many' });
    expect((await run(['tenants', 'undo-import', importId])).code).toBe(0);
    expect((await tenant('acme-eu')).labels).not.toHaveProperty('ring');
  });

  it.each([
    [['evergreen'], 'Say what is to be changed'],
    [['evergreen', '--label', 'ring'], '--label takes key=value; "ring" is none.'],
    [['evergreen', '--label', 'a=1', '--unlabel', 'a'], '"a" is given twice'],
    [['--select', 'region=eu', '--name', 'x'], '--name is for one tenant'],
    [['evergreen', '--label', 'a=1', '--preview'], '--preview is for --select.'],
    [['nobody', '--label', 'a=1'], 'There is no tenant nobody.'],
  ])('refuses %j', async (args, message) => {
    expect(await run(['tenants', 'edit', ...args])).toMatchObject({
      code: 1,
      errors: expect.stringContaining(message),
    });
  });
});
