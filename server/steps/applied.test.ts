import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { confirmsHealth } from '@/domain/playbook';
import { readLiveVersion } from './live-version';
import { checkStep, runStep } from './registry';
import { StepServer, stepContext } from './testing/step-context';

let servers: StepServer[];
beforeEach(async () => {
  servers = await Promise.all([StepServer.start(), StepServer.start(), StepServer.start()]);
});
afterEach(() => Promise.all(servers.map((server) => server.close())));

const endpoints = () => servers.map(({ url }, index) => ({ key: `i${index + 1}`, url }));
const health = (settings: object) => ({
  name: 'confirm',
  type: 'health-check',
  timeoutMillis: 60_000,
  attempts: 2,
  path: '/settings',
  ...settings,
});
/** What each instance answers. */
function serving(...bodies: object[]) {
  for (const [index, server] of servers.entries())
    server.answer = (_request, response) => response.end(JSON.stringify(bodies[index] ?? bodies[0]));
}

const applied = { json: 'backend', equals: '{{config.payload.backend}}' };

describe('a health-check that looks at the configuration itself', () => {
  it('confirms it without any version', async () => {
    serving({ backend: 'b' });
    const context = stepContext(endpoints());
    expect(await runStep(health({ applied }), context)).toMatchObject({
      ok: true,
      detail: 'All 3 instances run v2 (round 1)',
    });
    expect(context.rounds[0]).toMatchObject([{ ok: true, version: 'v2', detail: 'runs v2' }, {}, {}]);
  });

  it('tells what an instance shows instead', async () => {
    serving({ backend: 'b' }, { backend: 'a' });
    const run = await runStep(health({ applied }), stepContext(endpoints()));
    expect(run).toMatchObject({
      ok: false,
      failure: {
        message:
          'After 2 rounds 1 of 3 instances do not confirm v2: i2 does not show v2: backend is a, expected b.',
      },
    });
  });

  it('tells which of the configurations on record an instance runs, and which runs none of them', async () => {
    serving({ backend: 'a' }, { backend: 'x' });
    const context = stepContext(endpoints(), { versionProbe: health({ applied }) });
    const { config } = context;
    const before = { ...config, version: 'v1', digest: 'd0', payload: '{"backend":"a"}' };
    const look = async (at: number) => {
      const one = endpoints()[at];
      if (!one) throw new Error('no such instance');
      const { version, digest, detail } = await readLiveVersion(context, one, [config, before]);
      return { version, digest, detail };
    };
    expect(await look(0)).toEqual({ version: 'v1', digest: 'd0', detail: 'runs v1' });
    expect(await look(1)).toEqual({
      version: 'another configuration',
      digest: null,
      detail: 'does not show v2: backend is x, expected b; it does not show v1: backend is x, expected a',
    });
  });
});

describe('a condition that cannot tell two configurations apart', () => {
  const weak = { json: 'backend', equals: '{{config.payload.backend}}' };
  const otherOf = (payload: string) => {
    const { config } = stepContext(endpoints());
    return { ...config, version: 'v1', digest: 'd0', payload };
  };

  it('confirms nothing', async () => {
    serving({ backend: 'b' });
    const other = otherOf('{"backend":"b","pools":2}');
    expect(
      await runStep(health({ applied: weak }), stepContext(endpoints(), { others: [other] })),
    ).toMatchObject({
      ok: true,
      confirms: false,
    });
    const told = otherOf('{"backend":"a"}');
    expect(
      await runStep(health({ applied: weak }), stepContext(endpoints(), { others: [told] })),
    ).toMatchObject({
      ok: true,
      confirms: true,
    });
  });

  it('says so when it is asked what runs', async () => {
    serving({ backend: 'b' });
    const [one] = endpoints();
    if (!one) throw new Error('no instance');
    const context = stepContext(endpoints(), { versionProbe: health({ applied: weak }) });
    const both = [context.config, otherOf('{"backend":"b"}')];
    expect(await readLiveVersion(context, one, both)).toMatchObject({
      version: 'v2',
      ambiguous: true,
      detail: 'runs v2, or just as well v1',
    });
  });

  it('does not fit a configuration that lacks what it names', async () => {
    serving({ backend: 'b' });
    const [one] = endpoints();
    if (!one) throw new Error('no instance');
    const context = stepContext(endpoints(), { versionProbe: health({ applied: weak }) });
    expect(await readLiveVersion(context, one, [otherOf('{}'), context.config])).toMatchObject({
      version: 'v2',
    });
    expect(await readLiveVersion(context, one, [otherOf('{}')])).toMatchObject({
      version: 'another configuration',
      detail: 'does not show v1: {{config.payload.backend}} has no value here',
    });
  });
});

describe('the same version with another content', () => {
  const restated = () => {
    const { config } = stepContext(endpoints());
    return { ...config, digest: 'd0', payload: '{"backend":"a"}' };
  };

  it('is not confirmed', async () => {
    serving({ backend: 'a' });
    const run = await runStep(health({ applied }), stepContext(endpoints(), { others: [restated()] }));
    expect(run).toMatchObject({
      failure: { message: expect.stringContaining('runs v2 with another content (digest d0') },
    });
  });

  it('is told when a lost answer is looked up', async () => {
    const [one] = servers;
    if (!one) throw new Error('no server');
    let backend = 'a';
    one.answer = ({ method }, response) => {
      if (method === 'GET') return response.end(JSON.stringify({ backend }));
      backend = sends.shift() ?? 'b';
      return response.destroy();
    };
    const sends = ['a', 'b'];
    const context = stepContext([{ key: 'i1', url: one.url }], {
      others: [restated()],
      versionProbe: health({ applied }),
    });
    expect(await runStep({ name: 'send', type: 'config-update' }, context)).toMatchObject({ ok: true });
    expect(one.received.filter(({ method }) => method === 'PUT')).toHaveLength(2);
  });
});

describe('instances', () => {
  it.each([
    ['all', false],
    ['any', true],
    [{ atLeast: 2 }, false],
    [{ atLeast: 1 }, true],
    [{ atLeast: 9 }, false],
  ])('of which %j must confirm: %s when one of three does', async (instances, ok) => {
    serving({ backend: 'b' }, { backend: 'a' }, { backend: 'a' });
    const run = await runStep(health({ applied, instances }), stepContext(endpoints()));
    expect(run.ok).toBe(ok);
    if (run.ok) expect(run.detail).toBe('1 of 3 instances run v2 (round 1)');
  });

  it('must show the same where the playbook says so', async () => {
    serving({ version: 'v2', hash: 'a' }, { version: 'v2', hash: 'b' });
    const same = { hash: { json: 'hash' } };
    expect(await runStep(health({ same }), stepContext(endpoints()))).toMatchObject({
      failure: { message: expect.stringContaining('hash is not the same everywhere: i1 a, i2 b, i3 a') },
    });
    serving({ version: 'v2', hash: 'a' });
    expect(await runStep(health({ same }), stepContext(endpoints()))).toMatchObject({ ok: true });
  });

  it('that will not come any more are not waited for', async () => {
    serving({ version: 'v1', state: 'crashed' });
    const failFast = { json: 'state', equals: 'crashed' };
    const context = stepContext(endpoints());
    expect(await runStep(health({ failFast, attempts: 10 }), context)).toMatchObject({
      failure: {
        code: 'FAILED_FAST',
        message: 'i1 says that state is crashed: v2 is not waited for any longer.',
      },
    });
    expect(context.rounds).toHaveLength(1);
  });
});

describe('a playbook', () => {
  const playbook = (settings: object) => ({
    stages: [{ name: 'All', steps: [{ name: 'send', type: 'config-update' }, health(settings)] }],
  });
  it.each([
    [{}, true],
    [{ applied }, true],
    [{ applied: { any: [{ json: 'digest', equals: '{{ config.digest }}' }, applied] } }, true],
    // True whatever runs there: it shows that the instance answers, and nothing of the configuration.
    [{ applied: { status: true, equals: 200 } }, false],
    [{ instances: 'any' }, false],
    [{ instances: { atLeast: 2 } }, false],
    [{ onRollback: 'skip' }, true],
  ])('with the health-check %j confirms what it switches: %s', (settings, confirms) => {
    expect(confirmsHealth(playbook(settings))).toBe(confirms);
  });

  it('says what is wrong with its conditions', () => {
    expect(checkStep(health({ applied: { json: 'a', equls: 1 } }))).toMatchObject([
      { path: ['applied', 'equls'] },
      { path: ['applied'] },
    ]);
  });
});
