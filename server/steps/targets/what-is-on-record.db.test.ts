import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlaybookDefinition } from '@/domain/playbook';
import { StepServer } from '../testing/step-context';
import { Switching } from './testing/switching';

/** A target that keeps what it is given, adds a default to it, and refuses what it calls bad. */
let server: StepServer;
let holds: Record<string, unknown>;
let told: string[];
let switching: Switching;
beforeEach(async () => {
  server = await StepServer.start();
  holds = { backend: 'blue', pools: 1 };
  told = [];
  server.answer = ({ method, url, body }, response) => {
    if (url === '/later') return response.writeHead(500).end('{"message":"not now"}');
    if (method === 'GET') return response.end(JSON.stringify({ ...holds, byDefault: true }));
    const wanted = JSON.parse(body) as Record<string, unknown>;
    if (wanted.backend === 'bad') return response.writeHead(400).end('{"message":"no such backend"}');
    told.push(String(wanted.pools));
    holds = wanted;
    return response.end('{}');
  };
});
afterEach(async () => {
  await switching?.close();
  await server.close();
});

const playbook = (applied: object, later = false): PlaybookDefinition => ({
  stages: [
    {
      name: 'Config',
      steps: [
        {
          name: 'Send',
          type: 'config-update',
          request: { method: 'PUT', url: '/', body: '{{config.text}}' },
        },
      ],
    },
    ...(later
      ? [
          {
            name: 'Later',
            steps: [
              {
                name: 'Tell',
                type: 'http-request',
                request: { url: '{{tenant.at}}/later' },
                onRollback: 'skip' as const,
              },
            ],
          },
        ]
      : []),
    { name: 'Health', steps: [{ name: 'Look', type: 'health-check', path: '/', applied }] },
  ],
});
const start = async (definition: PlaybookDefinition) => {
  switching = await Switching.start({
    playbook: definition,
    endpoints: [{ key: 'one', url: server.url }],
    variables: { at: server.url },
    versions: {
      v1: { backend: 'blue', pools: 1 },
      same: { backend: 'blue', pools: 2 },
      v2: { backend: 'green', pools: 3 },
      v3: { backend: 'red', pools: 4 },
      bad: { backend: 'bad', pools: 5 },
    },
  });
};
const whole = { json: '$', includesJson: '{{config.payload}}' };

describe('a condition that both configurations fit', () => {
  it('lets nothing pass for sent, and nothing for confirmed', async () => {
    await start(playbook({ json: 'backend', equals: '{{config.payload.backend}}' }));
    const run = await switching.to('same');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(told).toEqual(['2']);
    expect(await switching.isConfirmed(run.taskId)).toBe(false);
  });

  it('but one that compares all of it confirms', async () => {
    await start(playbook(whole));
    const run = await switching.to('same');
    expect(run).toMatchObject({ status: 'COMPLETED' });
    expect(await switching.isConfirmed(run.taskId)).toBe(true);
  });
});

it('what an unfinished task sent is nobody else’s doing', async () => {
  await start(playbook(whole, true));
  expect(await switching.to('v2')).toMatchObject({
    status: 'FAILED',
    failure: { message: expect.stringContaining('not now') },
  });
  const next = await switching.to('v3');
  expect(next.failure?.code).not.toBe('DRIFT');
  expect(told).toEqual(['3', '4']);
});

it('a tenant of whom only the version is on record keeps its way back when a plan was refused', async () => {
  await start(playbook(whole));
  expect(await switching.to('bad')).toMatchObject({
    status: 'FAILED',
    failure: { message: expect.stringContaining('("no such backend")') },
  });
  const run = await switching.to('v2');
  expect(run).toMatchObject({ status: 'COMPLETED' });
  expect(await switching.back(run.taskId)).toBe('ROLLED_BACK');
  expect(holds).toEqual({ backend: 'blue', pools: 1 });
});
