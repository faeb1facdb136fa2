import Ajv from 'ajv/dist/2020';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildStages, type PlaybookDefinition } from '@/domain/playbook';
import { playbookDefinition, waves } from '@/server/api/inputs';
import { playbookSchema } from '@/server/api/playbook-schema';
import { condition } from '@/server/steps/condition-settings';
import { unmet } from '@/server/steps/judge-condition';
import { rawAnswer } from '@/server/steps/raw-answer';
import { runStep } from '@/server/steps/registry';
import { codeBlocks } from '@/server/steps/targets/testing/recipe';
import { StepServer, stepContext } from '@/server/steps/testing/step-context';

const FILE = 'playbooks.md';
const examples = codeBlocks(FILE, 'json').map((text) => JSON.parse(text) as PlaybookDefinition);
const marked = (kind: string) => JSON.parse(codeBlocks(FILE, `json ${kind}`)[0] ?? 'null') as unknown;

it('the approval of the page is one, and silence is none where it matters who approves', async () => {
  const asked = (change: object) =>
    playbookDefinition.safeParseAsync({
      stages: [{ name: 'Ask', steps: [{ ...(marked('approval') as object), ...change }] }],
    });
  expect((await asked({})).success).toBe(true);
  for (const change of [{ otherwise: 'approve' }, { needs: 0 }, { withinMinutes: 0 }, { role: 'viewer' }])
    expect((await asked(change)).success, JSON.stringify(change)).toBe(false);
  const anybody = { needs: 1, notMaker: false, otherwise: 'approve' };
  expect((await asked(anybody)).success).toBe(true);
  expect((await asked({ ...anybody, withinMinutes: undefined })).success).toBe(false);
  expect((await asked({ ...anybody, role: 'admin' })).success).toBe(false);
});

it('the gate of the page is one of a wave', () => {
  const [wave] = waves.parse([{ size: { count: 1 }, bakeSeconds: 300, gate: marked('gate') }]);
  expect(wave?.gate).toMatchObject({ measurements: 5, inconclusiveLimit: 2, otherwise: 'rollback' });
});

describe('the conditions of the page', () => {
  const answer = rawAnswer({
    status: 200,
    headers: { etag: 'W/"7"' },
    trailers: {},
    text: JSON.stringify(marked('answer')),
  });
  const scope = { tenant: { id: 'acme' }, config: { version: 'v2' } };

  it.each(marked('holds') as object[])('%j holds', async (wanted) => {
    expect(await unmet(condition.parse(wanted), answer, scope)).toBeNull();
  });
  it.each(marked('fails') as object[])('%j does not', async (wanted) => {
    expect(await unmet(condition.parse(wanted), answer, scope)).toEqual(expect.any(String));
  });
});

describe('the playbooks of the page', () => {
  let server: StepServer;
  let jobs = 0;
  beforeEach(async () => {
    server = await StepServer.start();
    jobs = 0;
    server.answer = ({ url }, response) => {
      const say = (body: object) => response.writeHead(200, { etag: 'W/"1"' }).end(JSON.stringify(body));
      if (url.includes('/query')) return say({ data: { result: [{ value: [0, '0.01'] }] } });
      if (url.endsWith('/login')) return say({ token: 'a-long-token', expires_in: 60 });
      if (url.endsWith('/jobs')) return say({ id: 'job 7' });
      if (url.endsWith('/jobs/job%207')) {
        jobs += 1;
        return say({ state: jobs < 3 ? 'running' : 'done' });
      }
      return say({
        version: running,
        pool: { size: running === 'v2' ? 20 : 10 },
        cluster: 'c1',
        state: 'active',
      });
    };
  });
  afterEach(() => server.close());
  let running = 'v2';

  it.each(examples.map((example, index) => [index + 1, example] as const))(
    '%i run there and back',
    async (_number, example) => {
      const definition = (await playbookDefinition.parseAsync(example)) as PlaybookDefinition;
      const labels = { region: 'eu' };
      for (const direction of ['forward', 'rollback'] as const) {
        running = direction === 'forward' ? 'v2' : 'v1';
        const size = direction === 'forward' ? 20 : 10;
        const context = stepContext([{ key: 'a', url: server.url }]);
        const config = {
          ...context.config,
          version: running,
          payload: JSON.stringify({ pool: { size } }),
          scope: { name: 'Acme', labels, variables: { cache: server.url, prometheus: server.url } },
        };
        const probe =
          definition.stages.flatMap(({ steps }) => steps).find(({ type }) => type === 'health-check') ?? null;
        for (const stage of buildStages(definition, { labels }, direction))
          for (const step of stage.steps) {
            const run = await runStep(step, {
              ...context,
              direction,
              config,
              previous: { ...config, version: 'v1' },
              versionProbe: probe,
              secrets: { PASSWORD: 'hunter2hunter2' },
            });
            expect(run).toMatchObject({ ok: true });
          }
      }
      expect(server.received.length).toBeGreaterThan(1);
    },
  );
});

describe('the JSON Schema of playbooks', () => {
  const validate = new Ajv({ strict: false }).compile(playbookSchema());

  it('is what lies beside the page', async () => {
    await expect(`${JSON.stringify(playbookSchema(), null, 2)}\n`).toMatchFileSnapshot(
      'playbook.schema.json',
    );
  });

  it.each(examples.map((example, index) => [index + 1, example] as const))(
    'takes example %i',
    (_number, example) => {
      expect(validate(example)).toBe(true);
    },
  );

  it.each([
    [{ stages: [] }],
    [{ stages: [{ name: 'A', steps: [{ name: 'a', type: 'walk' }] }] }],
    [{ stages: [{ name: 'A', steps: [{ name: 'a', type: 'wait', secnds: 1 }] }] }],
    [{ stages: [{ name: 'A', steps: [{ name: 'a', type: 'health-check', applied: { json: 1 } }] }] }],
    [
      {
        stages: [
          { name: 'A', steps: [{ name: 'a', type: 'http-request', request: { until: { every: 1 } } }] },
        ],
      },
    ],
    [{ stages: [{ name: 'A', wen: {}, steps: [{ name: 'a', type: 'wait', seconds: 1 }] }] }],
  ])('refuses %j', (wrong) => {
    expect(validate(wrong)).toBe(false);
  });
});
