import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_KINDS, type ConfigDocument } from '@/domain/config-changes';
import type { Principal } from '@/server/auth/principal';
import { testApiServer } from '../testing/api-server';
import { mutate, query } from '../testing/call';
import type { ApiDeps } from '../trpc';
import { applyConfig } from './apply-config';
import { compareConfig } from './compare-config';
import { commandsFor } from './difference';

const server = testApiServer();

interface Told {
  changes: {
    action: string;
    kind: string;
    name: string;
    fields: { field: string; before: unknown; after: unknown }[];
  }[];
  totals: { create: number; update: number; delete: number; unchanged: number };
  expected: Record<string, string>;
  secrets: { name: string; secret: string }[];
}

async function call(name: 'diff' | 'save', input: object): Promise<Told> {
  const answer = await mutate(server.url, server.adminKey, `config.${name}`, input);
  expect(answer.error).toBeNull();
  return answer.data as Told;
}
const refused = async (name: 'diff' | 'save', input: object) =>
  (await mutate(server.url, server.adminKey, `config.${name}`, input)).error;

async function exported(): Promise<ConfigDocument[]> {
  const all: ConfigDocument[] = [];
  for (const kind of CONFIG_KINDS)
    for (let cursor: string | null = null; ; ) {
      const answer = await query(server.url, server.adminKey, 'config.export', { kind, cursor, limit: 7 });
      const page = answer.data as { items: ConfigDocument[]; next: string | null };
      all.push(...page.items);
      cursor = page.next;
      if (cursor === null) break;
    }
  return all;
}

async function audited(
  from: number,
): Promise<{ actor: string; action: string; target: string; outcome: unknown }[]> {
  return [
    ...(await server.db.execute<{ actor: string; action: string; target: string; outcome: unknown }>(
      sql`select actor, action, target, outcome from audit where id > ${from} order by id`,
    )),
  ];
}
const lastAudit = async () =>
  (await server.db.execute<{ id: number }>(sql`select coalesce(max(id), 0)::int as id from audit`))[0]?.id ??
  0;

const weekend = { kind: 'weekly', days: [6, 7], from: '00:00', to: '24:00', timeZone: 'Europe/Berlin' };
const WANTED: { kind: string; name: string; spec: Record<string, unknown> }[] = [
  {
    kind: 'Settings',
    name: 'settings',
    spec: { maxRetry: 5, startProtection: { overTenants: 50 }, auditDays: 400 },
  },
  { kind: 'Version', name: 'coded/v1', spec: { payload: '{"a": 1}', note: 'first', unitName: 'Coded' } },
  { kind: 'Version', name: 'coded/v2', spec: { payload: 'plain', format: 'text' } },
  {
    kind: 'Playbook',
    name: 'coded',
    spec: {
      name: 'Coded',
      definition: { stages: [{ name: 'Wait', steps: [{ name: 'Wait', type: 'wait', seconds: 1 }] }] },
    },
  },
  {
    kind: 'Tenant',
    name: 'coded-1',
    spec: {
      name: 'Coded one',
      labels: { region: 'eu' },
      endpoints: [{ key: 'a', url: 'http://10.0.0.1/' }],
      current: { 'edge-router': 'v1' },
    },
  },
  {
    kind: 'Freeze',
    name: 'Weekend',
    spec: { labels: { region: 'eu' }, window: { ...weekend, to: '23:59' } },
  },
  {
    kind: 'Webhook',
    name: 'Chat',
    spec: { url: 'https://hooks.example.com/T0/secret-path', topics: ['planHalted'], format: 'slack' },
  },
];

describe('documents', () => {
  it('are compared, applied with an entry for each change, and change nothing a second time', async () => {
    const compared = await call('diff', { documents: WANTED });
    expect(compared.changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      'create Freeze Weekend',
      'update Settings settings',
      'create Version coded/v1',
      'create Version coded/v2',
      'create Playbook coded',
      'create Tenant coded-1',
      'create Webhook Chat',
    ]);
    expect(JSON.stringify(compared)).not.toContain('secret-path');
    const before = await lastAudit();
    const { expected } = compared;
    const applied = await call('save', { documents: WANTED, expected, reason: 'As code' });
    expect(applied.totals).toEqual({ create: 6, update: 1, delete: 0, unchanged: 0 });
    expect(applied.secrets).toEqual([{ name: 'Chat', secret: expect.stringMatching(/^whsec_/) }]);
    const entries = await audited(before);
    expect(entries.map(({ action }) => action)).toEqual([
      'freeze.create',
      'settings.set',
      'settings.set',
      'settings.set',
      'version.create',
      'version.create',
      'playbook.save',
      'tenant.save',
      'notifications.create',
      'config.save',
    ]);
    expect(new Set(entries.map(({ actor }) => actor)).size).toBe(1);
    expect(entries.at(-1)?.outcome).toMatchObject({ wanted: 7, changed: 7 });

    const again = await call('save', { documents: WANTED });
    expect(again.totals).toEqual({ create: 0, update: 0, delete: 0, unchanged: 7 });
    expect(await lastAudit()).toBe(before + entries.length);
  });

  it('change what they name, part by part, and leave the rest alone', async () => {
    const documents = [
      { kind: 'Tenant', name: 'coded-1', spec: { labels: { tier: 'gold' } } },
      { kind: 'Webhook', name: 'Chat', spec: { enabled: false } },
      { kind: 'Freeze', name: 'Weekend', spec: { tenantId: 'coded-1', window: { ...weekend, to: '12:00' } } },
    ];
    const { changes } = await call('diff', { documents });
    expect(changes.map(({ action, name, fields }) => [action, name, fields])).toEqual([
      [
        'update',
        'Weekend',
        [
          { field: 'tenantId', before: null, after: 'coded-1' },
          { field: 'labels', before: { region: 'eu' }, after: null },
          { field: 'window.to', before: '23:59', after: '12:00' },
        ],
      ],
      [
        'update',
        'coded-1',
        [
          { field: 'labels.region', before: 'eu', after: null },
          { field: 'labels.tier', before: null, after: 'gold' },
        ],
      ],
      ['update', 'Chat', [{ field: 'enabled', before: true, after: false }]],
    ]);
    await call('save', { documents });
    expect((await call('diff', { documents })).changes).toEqual([]);
    const tenant = (await query(server.url, server.adminKey, 'tenants.get', { tenantId: 'coded-1' })).data;
    expect(tenant).toMatchObject({
      name: 'Coded one',
      labels: { tier: 'gold' },
      endpoints: [{ key: 'a' }],
      units: [{ unitId: 'edge-router', current: 'v1' }],
    });
    const kept = [{ ...(WANTED.at(-1) as object), spec: { ...WANTED.at(-1)?.spec, enabled: false } }];
    expect((await call('diff', { documents: kept })).changes).toEqual([]);
    const moved = [{ kind: 'Webhook', name: 'Chat', spec: { url: 'https://hooks.example.com/T1/x' } }];
    expect((await call('diff', { documents: moved })).changes[0]?.fields).toEqual([
      { field: 'url', before: 'https://hooks.example.com/…', after: 'https://hooks.example.com/…' },
    ]);
  });

  it('are what there is when they are exported, over a full database', async () => {
    await mutate(server.url, server.adminKey, 'notifications.create', {
      ...{
        kind: 'email',
        name: 'Duty',
        recipients: ['duty@example.com'],
        topics: ['planHalted', 'rollbackFailed'],
      },
      quiet: { days: [7], from: '00:00', to: '23:00', timeZone: 'Europe/Berlin' },
    });
    await mutate(server.url, server.adminKey, 'notifications.create', {
      ...{ name: 'Own', url: 'https://own.example.com/a', topics: ['planHalted'], format: 'own' },
      own: { template: '{"text": "{{text}}"}', contentType: 'application/json' },
    });
    await mutate(server.url, server.adminKey, 'tenants.setSecret', {
      ...{ tenantId: 'acme-eu', name: 'TOKEN', value: 'very-secret-value' },
    });
    const documents = await exported();
    expect(new Set(documents.map(({ kind }) => kind))).toEqual(new Set(CONFIG_KINDS));
    expect(documents.length).toBeGreaterThan(30);
    for (const hidden of ['very-secret-value', 'whsec_', 'secret-path', 'hooks.example.com'])
      expect(JSON.stringify(documents)).not.toContain(hidden);
    const prune = ['Settings', 'Tenant', 'Freeze', 'Webhook'];
    const { changes, totals } = await call('diff', { documents, prune });
    expect(changes).toEqual([]);
    expect(totals.unchanged).toBe(documents.length);
  });
});

describe('nothing is done', () => {
  const named = { kind: 'Tenant', name: 'coded-1', spec: { name: 'Another' } };
  let before = 0;
  beforeAll(async () => {
    before = await lastAudit();
  });

  it('when any document is wrong, and all of it is told with its place', async () => {
    const error = await refused('save', {
      documents: [
        named,
        { kind: 'Tenant', name: 'a b', spec: { labels: { x: 1 } } },
        {
          kind: 'Freeze',
          name: 'Never',
          spec: { window: { kind: 'once', from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' } },
        },
        named,
        { kind: 'Tennant', name: 'x', spec: {} },
        { kind: 'Version', name: 'coded/v1', spec: { payload: '{' } },
        { kind: 'Playbook', name: 'coded', spec: { definition: { stages: [] } } },
        { kind: 'Tenant', name: 'coded-2', spec: { lables: {} } },
        { name: 'x' },
        'text',
      ],
    });
    expect(error?.field).toBe('documents.1.name');
    for (const line of [
      'documents.1.name: must be 1 to 64 letters',
      'documents.1.spec.labels.x: ',
      'documents.2.spec.window.to: The end must lie after the start.',
      'documents.3.name: is that of documents.0 as well',
      'documents.4.kind: is not known here; did you mean "Tenant"?',
      'documents.8.kind: is missing (known: Settings, ',
      'documents.9: ',
      'documents.5.spec.payload: is not valid JSON',
      'documents.6.spec.definition.stages: A playbook has at least one stage.',
      'documents.7.spec.lables: is not known here; did you mean "labels"?',
    ])
      expect(error?.message).toContain(line);
  });

  it('when what there is speaks against it', async () => {
    for (const [document, field, message] of [
      [
        { kind: 'Version', name: 'coded/v1', spec: { payload: '{}' } },
        'spec.payload',
        'Versions never change',
      ],
      [
        { kind: 'Version', name: 'coded/v3', spec: { payload: '{}', unitName: 'X' } },
        'spec.unitName',
        'keeps its name',
      ],
      [
        {
          kind: 'Playbook',
          name: 'other',
          spec: { definition: { stages: [{ name: 'W', steps: [{ name: 'W', type: 'wait', seconds: 1 }] }] } },
        },
        'spec.name',
        'is missing',
      ],
      [{ kind: 'Webhook', name: 'New', spec: { topics: ['planHalted'] } }, 'spec.url', 'is missing'],
      [
        { kind: 'Webhook', name: 'Chat', spec: { recipients: ['a@example.com'] } },
        'spec.recipients',
        'is for an e-mail only',
      ],
    ] as const) {
      const error = await refused('save', { documents: [named, document] });
      expect(error?.field).toBe(`documents.1.${field}`);
      expect(error?.message).toContain(message);
    }
    const held = await refused('save', { documents: [named], prune: ['Tenant'] });
    expect(held?.field).toBe('prune');
    expect(held?.message).toContain('Tenant acme-eu cannot go: it has an unfinished task in PLN-1.');
  });

  it('when the changes are others than those that were shown, and it is said which', async () => {
    const documents = [named];
    const { expected } = await call('diff', { documents });
    await mutate(server.url, server.key, 'tenants.update', {
      tenantId: 'coded-1',
      labels: { tier: 'silver' },
    });
    before = await lastAudit();
    const error = await refused('save', { documents, expected });
    expect(error).toMatchObject({ code: 'CONFLICT', reason: 'CHANGED_MEANWHILE' });
    expect(error?.message).toContain('Tenant coded-1');
    expect(await refused('save', { documents, expected: {} })).toMatchObject({
      reason: 'CHANGED_MEANWHILE',
    });
  });

  it('and is on record as refused alone', async () => {
    const entries = await audited(before);
    expect(new Set(entries.map(({ action }) => action))).toEqual(new Set(['config.save.refused']));
    const tenant = (await query(server.url, server.adminKey, 'tenants.get', { tenantId: 'coded-1' })).data;
    expect(tenant).toMatchObject({ name: 'Coded one' });
  });

  it('by who is no administrator', async () => {
    for (const name of ['config.diff', 'config.save'])
      expect((await mutate(server.url, server.key, name, { documents: [] })).status).toBe(403);
  });
});

it('sent twice at once are applied once: no two freezes get one name', async () => {
  const window = { kind: 'once', from: '2031-01-01T00:00:00Z', to: '2031-01-02T00:00:00Z' };
  const documents = ['one', 'two'].map((name) => ({ kind: 'Freeze', name, spec: { window } }));
  const save = () => mutate(server.url, server.adminKey, 'config.save', { documents });
  const answers = await Promise.all([save(), save(), save()]);
  const others = answers.filter(({ error }) => error);
  for (const { status, error } of others) {
    expect(status).toBe(409);
    expect(error?.message).toContain('other documents are being applied just now');
  }
  expect((await call('diff', { documents })).changes).toEqual([]);
  const { data } = await query(server.url, server.key, 'freezes.list', {});
  const made = (data as { items: { name: string; freezeId: string }[] }).items.filter(({ name }) =>
    ['one', 'two'].includes(name),
  );
  expect(made).toHaveLength(2);
  for (const { freezeId } of made) await mutate(server.url, server.key, 'freezes.remove', { freezeId });
});

it('that are wrong are told once, where they are wrong', async () => {
  const window = { kind: 'once', from: 'soon', to: '2031-01-02T00:00:00Z' };
  const freeze = await refused('diff', { documents: [{ kind: 'Freeze', name: 'Wrong', spec: { window } }] });
  expect(freeze?.message).toBe(
    'documents.0.spec.window.from: must be a date and time that says its zone, like 2026-12-24T06:00:00Z',
  );
  const version = await refused('diff', {
    documents: [{ kind: 'Version', name: 'v1', spec: { payload: '1' } }],
  });
  expect(version?.message).toBe('documents.0.name: must be the unit and the version, like edge-router/v2');
});

it('what was made before one is refused stays, is told and is on record', async () => {
  const principal: Principal = { kind: 'apiKey', id: 'half', name: 'half-way', role: 'admin' };
  const deps = {
    db: server.db,
    secretBox: { open: () => '' },
    signIn: { passwords: true, singleSignOn: null },
    commandRefused: () => {},
  } as unknown as ApiDeps;
  const definition = { stages: [{ name: 'W', steps: [{ name: 'W', type: 'wait', seconds: 2 }] }] };
  const documents = [
    { kind: 'Playbook', name: 'coded', spec: { definition } },
    { kind: 'Freeze', name: 'Half', spec: { tenantId: 'coded-1', window: { ...weekend, to: '01:00' } } },
  ];
  const compared = await compareConfig(deps, { documents, prune: [] });
  const saved = { playbookId: 'coded', name: 'Coded', definition: { stages: definition.stages.slice(0, 1) } };
  await mutate(server.url, server.key, 'playbooks.save', saved);
  const before = await lastAudit();
  const half = { actor: principal.name, reason: null };
  await expect(applyConfig(deps, commandsFor({ deps, principal }), compared, half)).rejects.toThrow(
    /^1 of 2 changes were made, then one was refused\. Playbook coded: coded has another newest version than 1\./,
  );
  const entries = await audited(before);
  expect(entries.map(({ action }) => action)).toEqual([
    'freeze.create',
    'playbook.save.refused',
    'config.save',
  ]);
  expect(entries.at(-1)).toMatchObject({ actor: 'half-way', outcome: { wanted: 2, changed: 1 } });
  // Somebody saved the same meanwhile: nothing is left to do.
  expect((await call('save', { documents })).totals).toMatchObject({ create: 0, update: 0, unchanged: 2 });
  const freezes = await query(server.url, server.key, 'freezes.list', {});
  const { items } = freezes.data as { items: { name: string; freezeId: string }[] };
  const freezeId = items.find(({ name }) => name === 'Half')?.freezeId;
  await mutate(server.url, server.key, 'freezes.remove', { freezeId });
});

describe('what no document names', () => {
  it('goes where it is asked for, of these kinds alone', async () => {
    const documents = (await exported()).filter(({ name }) => !['Chat', 'Weekend', 'coded-1'].includes(name));
    expect((await call('diff', { documents })).changes).toEqual([]);
    const before = await lastAudit();
    const told = await call('save', { documents, prune: ['Freeze', 'Webhook'] });
    expect(told.changes.map(({ action, name }) => [action, name])).toEqual([
      ['delete', 'Weekend'],
      ['delete', 'Chat'],
    ]);
    expect((await audited(before)).map(({ action }) => action)).toEqual([
      'freeze.remove',
      'notifications.remove',
      'config.save',
    ]);
    const settings = [{ kind: 'Settings', name: 'settings', spec: { maxRetry: 5 } }];
    const pruned = await call('save', {
      documents: [...settings, ...documents.filter(({ kind }) => kind === 'Tenant')],
      prune: ['Settings', 'Tenant'],
    });
    expect(pruned.changes.map(({ action, kind, name }) => [action, kind, name])).toEqual([
      ['update', 'Settings', 'settings'],
      ['delete', 'Tenant', 'coded-1'],
    ]);
    expect((await call('diff', { documents: settings, prune: ['Settings'] })).changes).toEqual([]);
  });

  it('of two that have one name is not guessed', async () => {
    const freeze = { name: 'Twice', window: { ...weekend, to: '23:00' } };
    for (const _ of [1, 2]) await mutate(server.url, server.key, 'freezes.create', freeze);
    const { name, ...spec } = freeze;
    const error = await refused('diff', { documents: [{ kind: 'Freeze', name, spec }] });
    expect(error?.message).toContain('there are 2 freezes called "Twice"');
    expect((await refused('diff', { documents: [], prune: ['Freeze'] }))?.field).toBe('prune');
    expect((await call('diff', { documents: [] })).changes).toEqual([]);
  });
});
