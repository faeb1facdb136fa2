import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { Middleman } from './testing/middleman';
import { recipe } from './testing/recipe';
import { needs, Software } from './testing/software';
import { Switching } from './testing/switching';

const etcd = needs('etcd', 'etcd');
/** More than are switched at once; the changes of one in the middle go through the middleman. */
const CROWD = ['t1', 't2', 't3', 't4', 't5'];
const OUTAGE_MS = 3000;
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe.skipIf(etcd.missing)(etcd.title, () => {
  let software: Software;
  let url: string;
  let middleman: Middleman;
  let switching: Switching;

  beforeAll(async () => {
    url = `http://127.0.0.1:${await freePort()}`;
    const peer = `http://127.0.0.1:${await freePort()}`;
    software = await Software.start({
      program: etcd.path,
      args: (folder) => [
        ...['--data-dir', `${folder}/data`, '--unsafe-no-fsync'],
        ...['--listen-client-urls', url, '--advertise-client-urls', url],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
        ...['--initial-cluster', `default=${peer}`],
      ],
      ready: /serving insecure client requests/,
    });
    for (const tenantId of ['acme', ...CROWD]) {
      await put(`/tenants/${tenantId}`, '{"backend":"v1"}');
      await put(`/version/${tenantId}`, 'v1');
    }
    middleman = await Middleman.before(url, (_method, path) => path === '/v3/kv/txn');
    switching = await Switching.start({
      playbook: recipe('etcd'),
      crowd: CROWD,
      endpoints: (tenantId) => [
        { key: 'cluster', url: ['acme', 't3'].includes(tenantId) ? middleman.url : url },
      ],
      versions: { v1: { backend: 'v1' }, v2: { backend: 'v2' }, v3: { backend: 'v3' } },
    });
  });
  afterAll(async () => {
    await switching?.close();
    await middleman?.close();
    await software?.stop();
  });

  async function ask(path: string, body: object) {
    return (await (await fetch(url + path, { method: 'POST', body: JSON.stringify(body) })).json()) as {
      kvs?: { value: string; version: string }[];
    };
  }
  const put = (key: string, value: string) => ask('/v3/kv/put', { key: base64(key), value: base64(value) });
  async function stored(key: string) {
    const [found] = (await ask('/v3/kv/range', { key: base64(key) })).kvs ?? [];
    return { value: Buffer.from(found?.value ?? '', 'base64').toString(), writes: Number(found?.version) };
  }

  it('is switched by a transaction', async () => {
    expect(await switching.to('v2')).toMatchObject({ status: 'COMPLETED', failure: null });
    expect(await stored('/tenants/acme')).toMatchObject({ value: '{"backend":"v2"}' });
    expect(await stored('/version/acme')).toMatchObject({ value: 'v2' });
  });

  it('answers 200 to a transaction that lost: that is a failure, and goes back', async () => {
    middleman.mischief = { before: () => put('/tenants/acme', 'theirs') };
    const run = await switching.to('v3');
    expect(run).toMatchObject({
      status: 'FAILED',
      failure: {
        code: 'BODY',
        message: 'cluster answered 200, but succeeded is missing in it, expected true.',
      },
    });
    expect(await stored('/tenants/acme')).toMatchObject({ value: 'theirs' });
    expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
    expect(await stored('/tenants/acme')).toMatchObject({ value: '{"backend":"v2"}' });
  });

  it('that took the transaction and cut the connection is not told twice', async () => {
    middleman.changes.length = 0;
    middleman.mischief = { cut: true };
    const { writes } = await stored('/tenants/acme');
    const run = await switching.to('v3');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(run.details[0]).toContain('cluster was applied although its answer was lost (it runs v3)');
    expect(middleman.changes).toHaveLength(1);
    expect(await stored('/tenants/acme')).toEqual({ value: '{"backend":"v3"}', writes: writes + 1 });
  });

  it('that is killed in mid-plan and back after three seconds leaves every tenant on one version', async () => {
    middleman.mischief = { cut: true, beforeCut: () => software.outage(OUTAGE_MS) };
    const run = await switching.crowdTo('v2');
    await software.back;
    expect(run).toMatchObject({ status: 'COMPLETED', failures: [] });
    expect(run.details.join()).toContain('cluster was applied although its answer was lost (it runs v2)');
    for (const tenantId of CROWD) {
      expect(await stored(`/tenants/${tenantId}`)).toEqual({ value: '{"backend":"v2"}', writes: 2 });
      expect(await stored(`/version/${tenantId}`)).toEqual({ value: 'v2', writes: 2 });
    }
  });
});
