import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/server/testing/free-port';
import { runStep } from '../registry';
import { stepContext } from '../testing/step-context';
import { needs, Software } from './testing/software';

const clientOf = (url: string) => createClient({ url });
const redis = needs('redis-server', 'a cluster of Redis');
/** Half of the 16,384 slots each. */
const HALVES = ['0 8191', '8192 16383'];

describe.skipIf(redis.missing)(redis.title, () => {
  const nodes: { software: Software; client: ReturnType<typeof clientOf>; port: number }[] = [];

  beforeAll(async () => {
    for (const slots of HALVES) {
      const [port, bus] = [await freePort(), await freePort()];
      const software = await Software.start({
        program: redis.path,
        args: () => [
          ...['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
          ...['--cluster-enabled', 'yes', '--cluster-port', `${bus}`],
        ],
        ready: /Ready to accept connections/,
      });
      const client = clientOf(`redis://127.0.0.1:${port}`);
      await client.connect();
      nodes.push({ software, client, port });
      await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', ...slots.split(' ')]);
      const [first] = nodes;
      if (client !== first?.client)
        await first?.client.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', `${port}`, `${bus}`]);
    }
  });
  afterAll(async () => {
    for (const { client } of nodes) client.destroy();
    await Promise.all(nodes.map(({ software }) => software.stop()));
  });

  it('is written to at the node that has the key, whichever is asked, and read there again', async () => {
    // They agree a moment after they met.
    for (const { client } of nodes)
      await expect
        .poll(async () => String(await client.sendCommand(['CLUSTER', 'INFO'])))
        .toContain('cluster_state:ok');
    const keys = ['tenant:a', 'tenant:b', 'tenant:c', 'tenant:d'];
    const instance = { key: 'one', url: 'http://one.example' };
    for (const [index, key] of keys.entries()) {
      const at = { connector: 'redis', url: `redis://127.0.0.1:${nodes[index % 2]?.port}`, key };
      const send = { ...at, name: 'send', type: 'config-update', value: '{{config.version}}' };
      expect(await runStep(send, stepContext([instance]))).toMatchObject({ ok: true });
      const look = { ...at, name: 'look', type: 'health-check', attempts: 1 };
      expect(await runStep(look, stepContext([instance]))).toMatchObject({ ok: true });
    }
    const kept = await Promise.all(
      nodes.map(async ({ client }) =>
        ((await client.sendCommand(['KEYS', '*'])) as unknown as string[]).sort(),
      ),
    );
    expect(kept.flat().sort()).toEqual(keys);
    expect(kept.map(({ length }) => length)).not.toContain(0);
  });
});
