import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { listen } from '@/server/realtime/listen';
import { testApiServer } from './testing/api-server';
import { mutate } from './testing/call';
import { type LiveSocket, openLiveSocket } from './testing/live-socket';

const server = testApiServer();

const connected = (key: string) => openLiveSocket(server.url, key);
const join = (socket: LiveSocket, planSeq: number) =>
  new Promise<string | null>((resolve) => socket.emit('join', { planId: 'PLN-1', planSeq }, resolve));

/** Resolves with the first batch that has an event of this kind. */
const told = (socket: LiveSocket, kind: string) =>
  new Promise<void>((resolve) =>
    listen(socket, {
      events: (_planId, events) => events.some((event) => event.kind === kind) && resolve(),
      snapshot: () => {},
    }),
  );

describe('live events', () => {
  it('need a key that is valid', async () => {
    await expect(connected('wrong')).rejects.toThrow('Sign in first.');
  });

  it('reach everybody in the room although one claims to have seen more than there is', async () => {
    const ahead = await connected(server.viewerKey);
    expect(await join(ahead, 9_000_000_000)).toBeNull();
    const honest = await connected(server.viewerKey);
    const everything = told(honest, 'PlanCreated');
    expect(await join(honest, 0)).toBeNull();
    await everything;
    const news = Promise.all([told(ahead, 'PlanCancelled'), told(honest, 'PlanCancelled')]);
    await mutate(server.url, server.key, 'plans.cancel', { planId: 'PLN-1', reason: 'Not needed' });
    await news;
  });

  it('reach a page that joined while the database did not answer', async () => {
    const early = await connected(server.viewerKey);
    const everything = told(early, 'PlanCreated');
    await server.db.execute(sql`alter table plan rename to plan_away`);
    try {
      expect(await join(early, 0)).toContain('They are tried again');
    } finally {
      await server.db.execute(sql`alter table plan_away rename to plan`);
    }
    await everything;
  });
});
