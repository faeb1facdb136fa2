import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { eq, sql } from 'drizzle-orm';
import { io, type Socket } from 'socket.io-client';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { apiKey, authSession, share } from '@/db/schema/auth';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate } from '@/server/api/testing/call';
import { createApiKey } from '@/server/auth/api-keys';
import { ensureFirstAdmin } from '@/server/auth/setup';

const server = testApiServer();
const ADMIN = { email: 'ada@example.com', password: 'correct horse battery' };

/** Everything by which somebody may try to come in. */
type Showing = { authorization?: string; cookie?: string; origin?: string; token?: string };

/** Connects to a namespace; answers with the connection, or with why there is none. */
async function enter(namespace: string, { token, ...headers }: Showing): Promise<Socket | string> {
  const socket = io(`${server.url}${namespace}`, {
    extraHeaders: headers,
    ...(token === undefined ? {} : { auth: { token } }),
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  onTestFinished(() => void socket.close());
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(socket));
    socket.on('connect_error', (error) => resolve(error.message));
  });
}

const entered = async (namespace: string, showing: Showing): Promise<Socket> => {
  const socket = await enter(namespace, showing);
  if (typeof socket === 'string') throw new Error(socket);
  return socket;
};

async function signIn(): Promise<string> {
  await ensureFirstAdmin(server.db, ADMIN);
  const answer = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify(ADMIN),
  });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

const aKey = async () =>
  createApiKey(server.db, { name: 'watcher', role: 'viewer', createdBy: 'test', expiresAt: null });
const aLink = async (planId = 'PLN-1') => {
  const made = await mutate(server.url, server.key, 'shares.create', { planId });
  const { path, id } = made.data as { path: string; id: string };
  return { token: path.replace('/s/', ''), id };
};

let cookie: string;
let key: string;
let token: string;
beforeAll(async () => {
  cookie = await signIn();
  ({ key } = await aKey());
  ({ token } = await aLink());
});

/** What is shown, by name: known only when the server runs. */
const SHOWN: Record<string, () => Showing> = {
  nothing: () => ({}),
  'a key': () => ({ authorization: `Bearer ${key}` }),
  'a session': () => ({ cookie }),
  'a link': () => ({ token }),
  'a wrong key': () => ({ authorization: 'Bearer swy_nobody' }),
  'a wrong key and a session': () => ({ authorization: 'Bearer swy_nobody', cookie }),
  'a wrong link': () => ({ token: 'x'.repeat(43) }),
  'a session on a foreign page': () => ({ cookie, origin: 'https://evil.example' }),
  'a key on a foreign page': () => ({ authorization: `Bearer ${key}`, origin: 'https://evil.example' }),
  'a link on a foreign page': () => ({ token, origin: 'https://evil.example' }),
  'a session on an own page': () => ({ cookie, origin: server.url }),
};
const LET_IN: Record<string, string[]> = {
  '/live': ['a key', 'a session', 'a session on an own page'],
  '/status': ['a link'],
  '/': [],
  '/elsewhere': [],
};

describe('a namespace', () => {
  it.each(
    Object.keys(LET_IN).flatMap((namespace) =>
      Object.keys(SHOWN).map((shown) => [namespace, shown] as const),
    ),
  )('%s for %s', async (namespace, shown) => {
    const came = await enter(namespace, SHOWN[shown]?.() ?? {});
    expect(typeof came === 'object').toBe(LET_IN[namespace]?.includes(shown));
  });

  it('of people gives nothing to somebody who only holds a link, and the other way round', async () => {
    const heard: unknown[] = [];
    const status = await entered('/status', { token });
    status.onAny((name) => heard.push(name));
    // Nobody listens there, whatever is sent.
    status.emit('join', { planId: 'PLN-1', planSeq: 0 });
    status.emit('watchPlans');
    const live = await entered('/live', { authorization: `Bearer ${key}` });
    await live.timeout(10_000).emitWithAck('join', { planId: 'PLN-1', planSeq: 0 });
    expect(heard.filter((name) => name !== 'snapshot')).toEqual([]);
  });
});

describe('what opened it ends', () => {
  const cut = (socket: Socket) =>
    new Promise<string>((resolve) => socket.on('disconnect', (reason) => resolve(reason)));

  it('the connection of a revoked key, an ended session and a revoked link, within seconds', async () => {
    const own = await aKey();
    const ownLink = await aLink();
    const session = await signIn();
    const open = [
      await entered('/live', { authorization: `Bearer ${own.key}` }),
      await entered('/live', { cookie: session }),
      await entered('/status', { token: ownLink.token }),
    ];
    const others = [await entered('/live', { cookie }), await entered('/status', { token })];
    const cuts = Promise.all(open.map(cut));
    await server.db.update(apiKey).set({ revokedAt: sql`now()` }).where(eq(apiKey.id, own.info.id));
    await server.db
      .delete(authSession)
      .where(sql`id = (select id from auth_session order by created_at desc, id limit 1)`);
    await server.db.update(share).set({ revokedAt: sql`now()` }).where(eq(share.id, ownLink.id));
    expect(await cuts).toEqual(Array(3).fill('io server disconnect'));
    expect(others.map(({ connected }) => connected)).toEqual([true, true]);
  });

  it('also where a second factor is required from now on, and shuts every other door; keys go on', async () => {
    const requireFrom = (requiredFrom: string | null) =>
      mutate(server.url, server.adminKey, 'members.requireSecondFactor', { requiredFrom });
    const session = await signIn();
    const open = await entered('/live', { cookie: session });
    const byKey = await entered('/live', { authorization: `Bearer ${key}` });
    const ended = cut(open);
    await requireFrom('viewer');
    onTestFinished(async () => void (await requireFrom(null)));
    expect(await ended).toBe('io server disconnect');
    expect(byKey.connected).toBe(true);
    expect(await enter('/live', { cookie: session })).toBe('Sign in first.');
    for (const door of ['/api/trpc/executor.nodes', '/metrics', '/api/openapi.json'])
      expect((await fetch(`${server.url}${door}`, { headers: { cookie: session } })).status).toBe(401);
    await requireFrom(null);
    await entered('/live', { cookie: session });
  });
});

describe('an upgrade that is not ours', () => {
  const ask = (path: string, to = 'websocket') => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\nSec-WebSocket-Key: ${btoa('0123456789abcdef')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    return text(socket);
  };

  it.each([
    '/',
    '/api/trpc/plans.list',
    '/_next/webpack-hmr',
    '/socket.io',
    '/socket.ioX/',
    '/Socket.io/?EIO=4',
    '//socket.io/',
  ])('at %s is refused at once', async (path) => expect(await ask(path)).toMatch(/^HTTP\/1\.1 404 /));

  it('to another protocol is refused at once', async () => {
    expect(await ask('/', 'h2c')).toMatch(/^HTTP\/1\.1 404 /);
  });

  it('is refused two hundred times as well', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask('/')));
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 404 '))).toHaveLength(200);
  });
});
