import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { Middleman } from './testing/middleman';
import { recipe } from './testing/recipe';
import { needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const program = fileURLToPath(new URL('../../../.ci/node-red/node_modules/node-red/red.js', import.meta.url));
const nodeRed = needs('node-red', 'Node-RED', program);
const PASSWORD = 'node-red-password-1';
/** More than are switched at once, each with flows of its own; the changes of the second go through a middleman. */
const CROWD = ['t1', 't2', 't3'];
const OUTAGE_MS = 3000;

const flows = (version: string, type = 'template') => [
  { id: 'tenant', type: 'tab', label: '{{tenant.id}}' },
  { id: 'ask', z: 'tenant', type: 'http in', url: '/health', method: 'get', wires: [['say']] },
  {
    ...{ id: 'say', z: 'tenant', type, field: 'payload', syntax: 'plain', output: 'str' },
    ...{ template: JSON.stringify({ version }), wires: [['answer']] },
  },
  { id: 'answer', z: 'tenant', type: 'http response', wires: [] },
];

/** Its settings are a program of their own: it lets one user in. */
const settings = (port: number): string => `module.exports = {
  uiHost: '127.0.0.1',
  uiPort: ${port},
  flowFile: 'flows.json',
  credentialSecret: 'unused',
  disableEditor: true,
  telemetry: { enabled: false },
  externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
  adminAuth: {
    type: 'credentials',
    users: async (username) => ({ username, permissions: ['flows.read', 'flows.write'] }),
    authenticate: async (username, password) =>
      username === 'switchyard' && password === '${PASSWORD}'
        ? { username, permissions: ['flows.read', 'flows.write'] }
        : null,
  },
};`;

async function startInstance(): Promise<{ software: Software; url: string }> {
  const port = await freePort();
  const software = await Software.start({
    program: process.execPath,
    args: (folder) => [nodeRed.path, '--userDir', folder],
    prepare: (folder) => {
      writeFileSync(join(folder, 'settings.js'), settings(port));
      writeFileSync(join(folder, 'flows.json'), JSON.stringify(flows('v1')));
    },
    ready: /Started flows/,
  });
  return { software, url: `http://127.0.0.1:${port}` };
}

const isDeployment = (method: string, path: string) => method === 'POST' && path === '/flows';

describe.skipIf(nodeRed.missing)(nodeRed.title, () => {
  let software: Software;
  let url: string;
  let middleman: Middleman;
  let crowd: Awaited<ReturnType<typeof startInstance>>[] = [];
  let amongThem: Middleman;
  let switching: Switching;

  beforeAll(async () => {
    const [own, ...others] = await Promise.all([startInstance(), ...CROWD.map(startInstance)]);
    ({ software, url } = own);
    crowd = others;
    middleman = await Middleman.before(url, isDeployment);
    amongThem = await Middleman.before(crowd[1]?.url ?? '', isDeployment);
    switching = await Switching.start({
      playbook: recipe('node-red'),
      crowd: CROWD,
      endpoints: (tenantId) => {
        const place = CROWD.indexOf(tenantId);
        const its = crowd[place]?.url ?? url;
        const by = place === -1 ? middleman.url : place === 1 ? amongThem.url : its;
        return [{ key: 'flows', url: by, healthUrl: `${its}/health` }];
      },
      secrets: { NODE_RED_PASSWORD: PASSWORD },
      versions: {
        v1: flows('v1'),
        v2: flows('v2'),
        v3: flows('v3', 'a-node-nobody-has'),
        v4: flows('v4'),
      },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await middleman?.close();
    await amongThem?.close();
    for (const one of [software, ...crowd.map((its) => its.software)]) await one?.stop();
  });

  /** What the flows answer, or the status where none does. */
  async function served(from = url): Promise<string | number> {
    const answer = await fetch(`${from}/health`);
    return answer.ok ? ((await answer.json()) as { version: string }).version : answer.status;
  }
  async function post(path: string, body: object, token = ''): Promise<unknown> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }
  /** What somebody does at the editor. */
  async function deploy(version: string): Promise<void> {
    const login = { client_id: 'node-red-editor', grant_type: 'password', scope: 'flows.write' };
    const { access_token } = (await post('/auth/token', {
      ...login,
      username: 'switchyard',
      password: PASSWORD,
    })) as { access_token: string };
    await post('/flows', flows(version), access_token);
  }

  it('is switched by a deployment of the revision it runs', async () => {
    expect(await served()).toBe('v1');
    const run = await switching.to('v2');
    expect(run).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await served()).toBe('v2');
    expect(run.stored).not.toContain(PASSWORD);
  });

  it('that runs nothing for want of a node fails the health-check, and goes back', async () => {
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: {
        code: 'HEALTH_CHECK',
        message: expect.stringContaining('flows answered 404, expected 2xx ("Cannot GET /health")'),
      },
    });
    expect(await served()).toBe(404);
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await served()).toBe('v2');
  });

  it('answers 409 when somebody else was quicker; nothing of theirs is overwritten', async () => {
    middleman.mischief = { before: () => deploy('theirs') };
    const run = await switching.to('v4');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: { code: 'HTTP_409', message: expect.stringContaining('version_mismatch') },
    });
    expect(await served()).toBe('theirs');
    expect(await switching.back(run.taskId)).toBe('ROLLBACK_FAILED');
    expect(await switching.backInSpite(run.taskId)).toBe('ROLLED_BACK');
    expect(await served()).toBe('v2');
  });

  it('that took the flows and cut the connection is not told twice', async () => {
    middleman.changes.length = 0;
    middleman.mischief = { cut: true };
    const run = await switching.to('v4');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(run.details[0]).toContain('flows was applied although its answer was lost (it runs v4)');
    expect(middleman.changes).toEqual(['POST /flows']);
    expect(await served()).toBe('v4');
  });

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    const killed = crowd[1]?.software;
    if (!killed) throw new Error('three instances');
    amongThem.mischief = { cut: true, beforeCut: () => killed.outage(OUTAGE_MS) };
    const run = await switching.crowdTo('v2');
    await killed.back;
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    expect(run.details.join()).toContain('flows was applied although its answer was lost (it runs v2)');
    expect(await Promise.all(crowd.map((its) => served(its.url)))).toEqual(['v2', 'v2', 'v2']);
  });
});
