import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main } from '@/cli/main';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate, query } from '@/server/api/testing/call';
import { openLiveSocket } from '@/server/api/testing/live-socket';
import { tells } from './testing/written-forms';

/** Everything that is said in the log, to look through in the end. */
const logged: string[] = [];
const server = testApiServer({ log: (line) => logged.push(line) });

const word = () => randomBytes(12).toString('base64url');
/** What must turn up nowhere. */
const CANARIES = {
  password: `pa"ss ${word()}/+&é@`,
  former: word(),
  rotated: word(),
  pem: ['-----BEGIN KEY-----', `${word()}${word()}`, `${word()}${word()}`, '-----END KEY-----'].join('\n'),
  token: word(),
  session: word(),
  webhook: word(),
};
const parts = [
  ...Object.values(CANARIES).filter((one) => one !== CANARIES.pem),
  ...CANARIES.pem.split('\n').slice(1, 3),
];

/** A target that gives back all it was sent, in every way it can, and hands out a token. */
const heard: string[] = [];
const target = createServer(async (request, response) => {
  const body = await text(request);
  const all = `${request.url} ${JSON.stringify(request.headers)} ${body}`;
  heard.push(all);
  const authorization = request.headers.authorization ?? '';
  const opened = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const fails = request.url?.includes('fail');
  response.statusCode = fails ? 500 : 200;
  response.setHeader('x-token', CANARIES.token);
  response.setHeader('x-echo', encodeURIComponent(opened));
  response.end(
    JSON.stringify({
      version: `v-${opened} ${CANARIES.token} ${Buffer.from(`x${all}`).toString('base64')}`,
      error: {
        message: `cannot do ${all} with ${authorization}, ${opened}, ${CANARIES.token}, ${CANARIES.session}`,
      },
      token: CANARIES.token,
      session: { id: CANARIES.session },
      echo: JSON.stringify({ all, again: JSON.stringify({ all }) }),
      hex: Buffer.from(all).toString('hex'),
    }),
  );
});
let targetUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => target.close(resolve)));

const extract = {
  token: { header: 'x-token', secret: true },
  session: { json: '$.session', secret: true },
  made: { json: '$.echo' },
};
const auth = { type: 'basic', username: 'ops', password: '{{secret.PASSWORD}}' };
const send = {
  type: 'config-update',
  name: 'send',
  calls: [
    {
      method: 'PUT',
      url: '/config?key={{secret.ROTATED | url}}',
      auth,
      headers: { 'x-made': 'of {{secret.PASSWORD | base64}}', 'x-pem': '{{secret.PEM | url}}' },
      body: { config: '{{config.payload}}', pem: '{{secret.PEM}}' },
      extract,
    },
    {
      method: 'POST',
      url: '/next',
      auth: { type: 'bearer', token: '{{data.token}}' },
      body: '{{data.session}}',
    },
  ],
  save: ['token', 'session', 'made'],
};
const later = (request: object) => ({ type: 'http-request', name: 'later', target: 'instance', request });
const health = {
  type: 'health-check',
  name: 'health',
  auth,
  extract: { token: { header: 'x-token', secret: true }, echo: { json: '$.echo' } },
};

/** What goes wrong after the configuration was sent, each in a playbook of its own. */
const ENDS: Record<string, object | null> = {
  'it goes well': null,
  'a call fails': later({
    url: '/fail',
    auth: { type: 'bearer', token: '{{data.token}}' },
    headers: { x: '{{data.made | url}}' },
  }),
  'an expectation is not met': later({
    url: '/x',
    auth,
    extract: { again: { json: '$.token', secret: true } },
    expect: { body: [{ path: '$.error.message', equals: 'well' }] },
  }),
  'a value is missing': later({
    url: '/x',
    extract: { again: { json: '$.token', secret: true }, nothing: { json: '$.nothing' } },
  }),
  'a pattern finds nothing': later({ url: '/x', auth, extract: { nothing: { regex: 'never(.)' } } }),
  'nobody is there': later({ url: 'http://127.0.0.1:1/{{data.token}}/{{secret.PASSWORD | url}}', auth }),
  'the address is none': later({ url: 'http://u:{{secret.PASSWORD}}@{{data.token}} x/' }),
  'redis is none': {
    type: 'config-update',
    name: 'later',
    connector: 'redis',
    url: 'redis://ops:{{secret.PASSWORD}}@127.0.0.1:1',
    key: '{{secret.ROTATED}}',
    value: '{{secret.PEM}}',
  },
};

async function call<T>(procedure: string, input: unknown): Promise<T> {
  const { data, error } = await mutate(server.url, server.adminKey, procedure, input);
  expect(error, procedure).toBeNull();
  return data as T;
}

it('no secret is ever seen, however it is used and whatever targets do with it', async () => {
  const seen: [string, string][] = [];
  const note = (where: string, what: unknown) =>
    seen.push([where, typeof what === 'string' ? what : JSON.stringify(what)]);
  /** Also what nobody expects to succeed is looked at. */
  const tell = async (procedure: string, input: unknown) => {
    const answer = await mutate(server.url, server.adminKey, procedure, input);
    note(procedure, answer.text);
    return answer;
  };

  const tenantId = 'canary';
  const endpoints = [{ key: 'c-1', url: targetUrl, healthUrl: `${targetUrl}/health` }];
  await call('tenants.upsert', { tenantId, name: 'Canary', endpoints });
  for (const [name, value] of [
    ['PASSWORD', CANARIES.password],
    ['ROTATED', CANARIES.former],
    ['ROTATED', CANARIES.rotated],
    ['PEM', CANARIES.pem],
  ])
    await tell('tenants.setSecret', { tenantId, name, value });
  await call('notifications.create', {
    name: 'hook',
    url: `${targetUrl}/hook?key=${CANARIES.webhook}`,
    format: 'json',
    topics: ['planFinished', 'taskFailed'],
  });
  const socket = await openLiveSocket(server.url, server.key);
  socket.onAny((...told) => note('socket', told));

  for (const [at, [what, end]] of Object.entries(ENDS).entries()) {
    const playbookId = `canary-${at}`;
    const stages = [{ name: 'Send', steps: [send] }, ...(end ? [{ name: 'Then', steps: [end] }] : [])];
    await call('playbooks.save', {
      playbookId,
      name: what,
      definition: { stages: [...stages, { name: 'Health', steps: [health] }] },
    });
    const version = { unitId: 'edge-router', version: `canary-${at}` };
    await call('versions.create', { ...version, payload: '{"pw":"{{secret.PASSWORD}}"}' });
    const plan = {
      ...{ name: what, playbookId, tenantIds: [tenantId], ...version },
      settings: { healthIntervalSeconds: 0, healthAttempts: 1, driftGuard: false, maxRetry: 3 },
    };
    await tell('plans.rehearse', plan);
    const { planId } = await call<{ planId: string }>('plans.create', plan);
    await new Promise((resolve) => socket.emit('join', { planId, planSeq: 0 }, resolve));
    const taskId = `${planId}.1`;
    await call('plans.start', { planId });
    await server.untilTask(taskId, 'COMPLETED', 'FAILED');
    if (end) {
      await call('tasks.retry', { taskId });
      await server.untilTask(taskId, 'COMPLETED', 'FAILED');
    }
    await tell('tasks.rollback', { taskId, reason: 'as a test' });
    for (const procedure of ['plans.get', 'plans.snapshot', 'plans.events'])
      note(procedure, (await query(server.url, server.key, procedure, { planId })).text);
    for (const procedure of ['tasks.get', 'tasks.events'])
      note(procedure, (await query(server.url, server.key, procedure, { taskId })).text);
    await server.untilTask(taskId, 'ROLLED_BACK', 'ROLLBACK_FAILED', 'FAILED', 'COMPLETED');
    const lines: string[] = [];
    await main(
      ['plan', 'watch', planId, '--json'],
      { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: server.key },
      {
        out: (line) => void lines.push(line),
        error: (line) => void lines.push(line),
        read: async () => new Uint8Array(),
        list: async () => null,
        write: async () => {},
        signal: new AbortController().signal,
      },
    );
    note('the command line', lines.join('\n'));
  }
  await tell('tenants.checkDrift', { tenantIds: [tenantId] });
  await tell('tenants.get', { tenantId });
  note(
    'metrics',
    await (
      await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.key}` } })
    ).text(),
  );
  note('audit', (await query(server.url, server.adminKey, 'audit.list', {})).text);
  note('the log', logged.join('\n'));
  const tables = await server.db.execute<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`);
  for (const { name } of tables) {
    const [dump] = await server.db.execute<{ rows: string | null }>(
      sql`select string_agg(t::text, E'\n') || string_agg(to_jsonb(t)::text, E'\n') as rows from ${sql.raw(name)} t`,
    );
    note(`the table ${name}`, dump?.rows ?? '');
  }

  // They were really used, or nothing is shown by this.
  for (const one of [CANARIES.password, CANARIES.rotated, CANARIES.token, CANARIES.session])
    expect(
      heard.some((all) => tells(all, one)),
      one,
    ).toBe(true);
  expect(seen.length).toBeGreaterThan(60);
  const leaks = seen.flatMap(([where, what]) =>
    parts
      .filter((one) => tells(what, one))
      .map((one) => `${Object.entries(CANARIES).find(([, value]) => value.includes(one))?.[0]} in ${where}`),
  );
  expect([...new Set(leaks)]).toEqual([]);
});
