import { expect, it } from 'vitest';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate } from '@/server/api/testing/call';
import { main } from './main';

const server = testApiServer();

async function run(args: string[], key: string = server.key) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await main(
    args,
    { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: key },
    {
      out: (line) => void out.push(line),
      error: (line) => void errors.push(line),
      read: async () => new Uint8Array(),
      list: async () => null,
      write: async () => {},
      bar: undefined,
      signal: new AbortController().signal,
    },
  );
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

it('plan override asks, says who granted it, and takes it back; plan status tells', async () => {
  await mutate(server.url, server.key, 'plans.cancel', { planId: 'PLN-1' });
  const { data } = await mutate(server.url, server.key, 'plans.create', {
    ...{ name: 'Urgent', unitId: 'edge-router', version: 'v2', playbookId: 'blue-green' },
    tenantIds: ['cobalt-retail', 'delta-freight'],
  });
  const { planId } = data as { planId: string };
  const status = async () => (await run(['plan', 'status', planId])).out.split('\n').slice(1);
  expect(await status()).toEqual([]);
  expect((await run(['plan', 'override', planId, '--reason', 'A leak'])).errors).toContain(
    'No freeze holds this plan now.',
  );
  const end = new Date(Date.now() + 3_600_000).toISOString();
  const window = { kind: 'once', from: '2020-01-01T00:00:00Z', to: end };
  const frozen = { name: 'Audit', tenantId: 'cobalt-retail', window };
  await mutate(server.url, server.key, 'freezes.create', frozen);
  expect(await status()).toEqual([`  Audit holds 1 tenant until ${end}`]);

  const asked = await run(['plan', 'override', planId, '--reason', 'A leak']);
  expect(asked.code).toBe(0);
  expect(asked.out).toContain(`asks to override freezes until ${end}, approved 0 of 1: A leak`);
  expect(await run(['plan', 'override', planId, '--withdraw'])).toMatchObject({
    code: 0,
    out: `  Audit holds 1 tenant until ${end}`,
  });
  expect((await run(['plan', 'override', planId, '--withdraw'])).code).toBe(1);
  for (const wrong of ['noon', '12', '2026-02-30T10:00:00Z', '2026-12-24T06:00:00']) {
    const refused = await run(['plan', 'override', planId, '--reason', 'A leak', '--until', wrong]);
    expect([wrong, refused.code]).not.toEqual([wrong, 0]);
    expect(refused.errors).toContain('until: must be a date and time that says its zone');
  }

  const until = new Date(Date.now() + 600_000).toISOString();
  const granted = await run(
    ['plan', 'override', planId, '--reason', 'A leak', '--until', until],
    server.adminKey,
  );
  expect(granted.out.split('\n')).toEqual([
    `  Audit (until ${end}) is overridden for 1 tenant`,
    expect.stringMatching(
      `^  freezes are overridden until ${until}, asked for by (.+), granted by \\1: A leak$`,
    ),
  ]);
  expect(await status()).toEqual(granted.out.split('\n'));
  const json = JSON.parse((await run(['plan', 'status', planId, '--json'])).out);
  expect(json).toMatchObject({
    ...{ planId, freezeOverrideStands: 'holds' },
    freezes: [{ name: 'Audit', tenants: 1 }],
    freezeOverride: { reason: 'A leak', until },
  });
});
