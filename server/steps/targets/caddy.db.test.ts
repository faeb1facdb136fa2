import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { Middleman } from './testing/middleman';
import { recipe } from './testing/recipe';
import { needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const caddy = needs('caddy', 'Caddy, one process for each edge');

/** More than are switched at once; the changes of one in the middle go through the middleman. */
const CROWD = ['t1', 't2', 't3', 't4', 't5'];
const OUTAGE_MS = 3000;

interface Edge {
  admin: string;
  traffic: string;
  software: Software;
  middleman: Middleman;
}

const route = (version: string) => ({
  '@id': '{{tenant.id}}',
  match: [{ path: ['/{{tenant.id}}/*'] }],
  handle: [{ handler: 'static_response', body: JSON.stringify({ version }) }],
});

const routeOf = (tenantId: string, version: string): unknown =>
  JSON.parse(JSON.stringify(route(version)).replaceAll('{{tenant.id}}', tenantId));

async function startEdge(): Promise<Edge> {
  const [admin, traffic] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const edge = {
    listen: [traffic],
    routes: ['acme', ...CROWD].map((tenantId) => routeOf(tenantId, 'v1')),
    automatic_https: { disable: true },
  };
  const config = { admin: { listen: admin }, apps: { http: { servers: { edge } } } };
  const software = await Software.start({
    program: caddy.path,
    args: (folder) => ['run', '--config', join(folder, 'caddy.json'), '--resume'],
    prepare: (folder) => writeFileSync(join(folder, 'caddy.json'), JSON.stringify(config)),
    ready: /serving initial configuration/,
  });
  const middleman = await Middleman.before(`http://${admin}`, (method) => method === 'PATCH');
  return { admin: `http://${admin}`, traffic: `http://${traffic}`, software, middleman };
}

describe.skipIf(caddy.missing)(caddy.title, () => {
  const edges: Edge[] = [];
  let switching: Switching;

  beforeAll(async () => {
    for (let count = 0; count < 2; count += 1) edges.push(await startEdge());
    switching = await Switching.start({
      playbook: recipe('caddy'),
      crowd: CROWD,
      endpoints: (tenantId) =>
        edges.map(({ admin, middleman, traffic }, index) => ({
          key: `edge-${index + 1}`,
          url: ['acme', 't3'].includes(tenantId) ? middleman.url : admin,
          healthUrl: `${traffic}/${tenantId}/health`,
        })),
      versions: {
        v1: route('v1'),
        v2: route('v2'),
        v3: { ...route('v3'), handle: [{ handler: 'no_such_handler' }] },
        v4: route('v4'),
      },
    });
  });
  afterAll(async () => {
    await switching?.close();
    for (const { middleman, software } of edges) {
      await middleman.close();
      await software.stop();
    }
  });

  /** What visitors get from each edge. */
  const served = (tenantId = 'acme') =>
    Promise.all(
      edges.map(
        async ({ traffic }) =>
          ((await (await fetch(`${traffic}/${tenantId}/`)).json()) as { version: string }).version,
      ),
    );
  const patch = ({ admin }: Edge, version: string) =>
    fetch(`${admin}/id/acme`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(routeOf('acme', version)),
    });

  it('is switched with the Etag it gives as a trailer', async () => {
    expect(await switching.to('v2')).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await served()).toEqual(['v2', 'v2']);
    for (const { admin } of edges)
      expect(await (await fetch(`${admin}/id/acme/handle/0/body`)).json()).toBe('{"version":"v2"}');
  });

  it('refuses a configuration it cannot run, and goes on with the one it has', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: {
        message: expect.stringMatching(/^edge-1 answered [45]00, expected 2xx \(".*no_such_handler/),
      },
    });
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await served()).toEqual(['v2', 'v2']);
  });

  it('answers 412 when somebody else was quicker; nothing of theirs is overwritten unless an operator says so', async () => {
    const [first, second] = edges;
    if (!first || !second) throw new Error('two edges');
    second.middleman.mischief = { before: () => patch(second, 'theirs') };
    const run = await switching.to('v4');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'HTTP_412', message: expect.stringContaining('did not match current config hash') },
    });
    expect(await served()).toEqual(['v4', 'theirs']);
    expect(await switching.back(run.taskId)).toBe('ROLLBACK_FAILED');
    expect(await served()).toEqual(['v4', 'theirs']);
    expect(await switching.backInSpite(run.taskId)).toBe('ROLLED_BACK');
    expect(await served()).toEqual(['v2', 'v2']);
  });

  it('that took the change and cut the connection is not told twice', async () => {
    for (const { middleman } of edges) middleman.changes.length = 0;
    for (const { middleman } of edges) middleman.mischief = { cut: true };
    const run = await switching.to('v4');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(run.details[0]).toContain('edge-2 was applied although its answer was lost (it runs v4)');
    expect(edges.map(({ middleman }) => middleman.changes.length)).toEqual([1, 1]);
    expect(await served()).toEqual(['v4', 'v4']);
  });

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    const [, second] = edges;
    if (!second) throw new Error('two edges');
    second.middleman.mischief = { cut: true, beforeCut: () => second.software.outage(OUTAGE_MS) };
    const run = await switching.crowdTo('v2');
    await second.software.back;
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    expect(run.details.join()).toContain('edge-2 was applied although its answer was lost (it runs v2)');
    expect(await Promise.all(CROWD.map(served))).toEqual(CROWD.map(() => ['v2', 'v2']));
  });
});
