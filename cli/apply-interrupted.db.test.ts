import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { testApiServer } from '@/server/api/testing/api-server';
import { query } from '@/server/api/testing/call';
import { main } from './main';

const server = testApiServer();

const FREEZES = ['Fair', 'Audit'].map((name) =>
  JSON.stringify({
    ...{ kind: 'Freeze', name },
    spec: {
      tenantId: 'acme-eu',
      window: { kind: 'once', from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z' },
    },
  }),
);
const files = { 'config/freezes.yaml': FREEZES.join('\n---\n') };

let close = async () => {};
afterEach(() => close());

/** In front of the server: `meets` is asked about each request, and answers it where it returns true. */
async function before(
  meets: (path: string, forward: () => Promise<void>) => Promise<boolean> | boolean,
): Promise<string> {
  const proxy = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const { method = 'GET', url = '/', headers } = request;
    let answered = false;
    const forward = async () => {
      if (answered) return;
      answered = true;
      const sent = await fetch(new URL(url, server.url), {
        method,
        headers: { authorization: String(headers.authorization), 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body }),
      });
      const answer = await sent.text();
      response.writeHead(sent.status, { 'content-type': 'application/json' }).end(answer);
    };
    if (!(await meets(url, forward))) await forward();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  close = async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  };
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** `apply` over files that are only here, with what interrupts it. */
async function apply(url: string, pressed: AbortController, ask?: () => Promise<string>) {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await main(
    ['apply', '-f', 'config', ...(ask ? [] : ['--yes'])],
    { SWITCHYARD_URL: url, SWITCHYARD_API_KEY: server.adminKey },
    {
      out: (line) => void out.push(line),
      error: (line) => void errors.push(line),
      read: async (file) => new TextEncoder().encode(files[file as keyof typeof files] ?? ''),
      list: async () => Object.keys(files),
      write: async () => {},
      ask,
      signal: pressed.signal,
    },
  );
  return { code, out: out.join('\n'), errors };
}
const names = async () =>
  (
    (await query(server.url, server.adminKey, 'freezes.list', {})).data as { items: { name: string }[] }
  ).items.map(({ name }) => name);

it.each(['while it compares', 'while it asks', 'before it begins'])('%s: nothing was sent', async (when) => {
  const pressed = new AbortController();
  const url = await before((path) => {
    if (when !== 'while it compares' || !path.includes('config.diff')) return false;
    pressed.abort();
    // The answer never comes.
    return true;
  });
  if (when === 'before it begins') pressed.abort();
  const ask = async () => {
    pressed.abort();
    return 'yes';
  };
  const { code, out, errors } = await apply(url, pressed, ask);
  expect(code).toBe(130);
  expect(errors).toEqual(['Interrupted. Nothing was applied: no change had been sent.']);
  expect(out).not.toContain('Done.');
  expect(await names()).toEqual([]);
});

it('while the server has not begun: says what it was sent, and that none is made yet', async () => {
  const pressed = new AbortController();
  const url = await before((path) => {
    if (!path.includes('config.save')) return false;
    pressed.abort();
    // The answer never comes.
    return true;
  });
  const { code, out, errors } = await apply(url, pressed);
  expect([code, out.includes('Done.')]).toEqual([130, false]);
  expect(errors.slice(0, 3)).toEqual([
    'Interrupted. The server was sent 2 changes at once: unless they were lost on the way, it makes them to the end without this program.',
    'Made by now: 0',
    'Not made yet: 2 (Freeze Fair, Freeze Audit)',
  ]);
  expect(errors[3]).toContain('Look with "switchyard diff -f config": nothing to change means');
  expect(errors[3]).toContain('It cannot be paused');
  expect(await names()).toEqual([]);
});

it('while nobody can be asked any more: says so, and ends', async () => {
  const pressed = new AbortController();
  let saving = false;
  const url = await before((path) => {
    if (path.includes('config.save')) {
      saving = true;
      pressed.abort();
      return true;
    }
    if (saving) void close();
    return saving;
  });
  const { code, errors } = await apply(url, pressed);
  expect(code).toBe(130);
  expect(errors[1]).toBe('What it has made by now could not be looked at.');
});

it('while the answer is on its way: says that all is made', async () => {
  const pressed = new AbortController();
  const url = await before(async (path, forward) => {
    if (!path.includes('config.save')) return false;
    const sent = fetch(new URL('/healthz', server.url));
    await sent;
    // The server makes them; whoever asked has gone by the time it answers.
    pressed.abort();
    await forward();
    return true;
  });
  const { code, errors } = await apply(url, pressed);
  expect(code).toBe(130);
  expect(errors[0]).toContain('The server was sent 2 changes');
  await expect.poll(names).toEqual(expect.arrayContaining(['Fair', 'Audit']));
  const again = await apply(server.url, new AbortController());
  expect(again).toMatchObject({ code: 0, errors: [] });
  expect(again.out).toContain('Nothing to change');
});

it('the program ends by the first Ctrl-C, however long the server takes', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'apply-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const later = files['config/freezes.yaml'].replaceAll('2030', '2031');
  await writeFile(path.join(folder, 'freezes.yaml'), later);
  let press = () => {};
  const url = await before((asked) => {
    if (!asked.includes('config.save')) return false;
    press();
    return true;
  });
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.resolve('scripts/switchyard.ts'), 'apply', '-f', folder, '--yes'],
    { env: { ...process.env, SWITCHYARD_URL: url, SWITCHYARD_API_KEY: server.adminKey }, stdio: 'pipe' },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  press = () => void child.kill('SIGINT');
  const errors = text(child.stderr);
  const [code, signal] = await once(child, 'exit');
  expect([code, signal]).toEqual([130, null]);
  expect(await errors).toContain('Not made yet: 2 (Freeze Fair, Freeze Audit)');
}, 60_000);
