import type { Server as HttpServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fromNodeHeaders } from 'better-auth/node';
import type { Logger } from 'pino';
import { type Namespace, Server, type Socket } from 'socket.io';
import { z } from 'zod';
import type { Database } from '@/db/client';
import { eventsAfter, lastPlanSeq, publicStatus } from '@/db/queries/plan-views';
import { originAllowed } from '@/server/auth/origin';
import type { Authenticate } from '@/server/auth/principal';
import { resolveShare } from '@/server/auth/shares';
import type { News } from './news';
import { pack } from './pack';
import type { LiveClientMessages, LiveEvent, LiveServerMessages, StatusServerMessages } from './protocol';

/** More than this is cheaper as a snapshot. */
const MAX_BACKFILL = 2000;
/** Events of one message: what a busy plan stores within the pace, so that it is one and not several. */
const BATCH = 1000;
/**
 * A plan whose events were just sent is read again after this at the earliest: what is stored meanwhile goes out together.
 * The first event after a silence goes at once; many viewers cost by the message, and nobody sees so short a time.
 */
const PACE_MS = 50;
/** A status page is told this often at most: each telling counts the whole plan. */
const STATUS_PACE_MS = 1000;
/** Readers look this often without any hint, and ask again whether they may still look. */
const LOOK_MS = 1000;
const RECHECK_MS = 3000;

const joinInput = z.object({ planId: z.string().regex(/^PLN-\d{1,12}$/), planSeq: z.number().int().min(0) });
const leaveInput = joinInput.pick({ planId: true });

type LiveSocket = Socket<LiveClientMessages, LiveServerMessages>;
type StatusSocket = Socket<Record<string, never>, StatusServerMessages>;

export interface SocketDeps {
  db: Database;
  news: News;
  authenticate: Authenticate;
  publicUrl: URL | undefined;
  log: Logger;
  /** Hears what is sent to those who watch a plan. */
  sending(planId: string, events: readonly LiveEvent[]): void;
}

/**
 * Pushes stored events to browsers. Every namespace checks who is there and where the page came from, and asks again
 * while the connection lasts, so that a revoked session or link is cut within seconds.
 */
export class Sockets {
  readonly #io: Server;
  readonly #live: Namespace<LiveClientMessages, LiveServerMessages>;
  readonly #status: Namespace<Record<string, never>, StatusServerMessages>;
  /** Last planSeq sent to the room of each watched plan. */
  readonly #cursors = new Map<string, number>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  /** Plans whose status pages are about to be told. */
  readonly #telling = new Map<string, NodeJS.Timeout>();
  readonly #closing = new AbortController();
  readonly #timers: NodeJS.Timeout[];
  readonly #unsubscribe: () => void;

  constructor(
    http: HttpServer,
    private readonly deps: SocketDeps,
  ) {
    this.#io = new Server(http, {
      serveClient: false,
      // Other upgrades on this server (the bundler's in development) are not ours to refuse.
      destroyUpgrade: false,
      maxHttpBufferSize: 64 * 1024,
      allowRequest: ({ headers }, answer) =>
        answer(
          null,
          originAllowed({ origin: headers.origin, host: headers.host, publicUrl: deps.publicUrl }),
        ),
    });
    this.#live = this.#io.of('/live');
    this.#status = this.#io.of('/status');
    this.#live.use((socket, next) => void this.#admitPerson(socket).then(next, next));
    this.#status.use((socket, next) => void this.#admitShare(socket).then(next, next));
    this.#live.on('connection', (socket) => this.#serve(socket));
    this.#status.on('connection', (socket) => void this.#sendStatus([socket]));
    this.#unsubscribe = deps.news.subscribe((planIds) => this.#look(planIds));
    this.#timers = [
      setInterval(() => this.#look('all'), LOOK_MS),
      setInterval(() => void this.#recheck(), RECHECK_MS),
    ];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearInterval(timer);
    for (const timer of this.#telling.values()) clearTimeout(timer);
    this.#unsubscribe();
    await this.#io.close();
    await Promise.allSettled(this.#reading.values());
  }

  async #admitPerson(socket: LiveSocket): Promise<undefined> {
    if (!(await this.deps.authenticate(fromNodeHeaders(socket.handshake.headers))))
      throw new Error('Sign in first.');
  }

  async #admitShare(socket: StatusSocket): Promise<undefined> {
    const token: unknown = socket.handshake.auth.token;
    const open = typeof token === 'string' ? await resolveShare(this.deps.db, token) : null;
    if (!open) throw new Error('There is no status page with this address.');
    socket.data = { token, planId: open.planId };
    await socket.join(room(open.planId));
  }

  #serve(socket: LiveSocket): void {
    socket.on('join', (request, answer) => {
      const input = joinInput.safeParse(request);
      const reply = typeof answer === 'function' ? answer : () => {};
      if (!input.success) return reply('join needs {planId, planSeq}.');
      this.#join(socket, input.data).then(
        () => reply(null),
        (error: unknown) => {
          this.deps.log.warn({ err: error }, 'A browser could not join a plan');
          this.#backfillLater(socket, input.data);
          reply('The events could not be read. They are tried again.');
        },
      );
    });
    socket.on('gap', (request) => {
      const input = joinInput.safeParse(request);
      if (input.success)
        void this.#backfill(socket, input.data).catch(() => this.#backfillLater(socket, input.data));
    });
    socket.on('leave', (request) => {
      const input = leaveInput.safeParse(request);
      if (input.success) void socket.leave(room(input.data.planId));
    });
    socket.on('watchPlans', () => void socket.join('plans'));
  }

  /** Subscribe first, then read after the client's last: nothing falls between, what overlaps is dropped by planSeq. */
  async #join(socket: LiveSocket, request: z.output<typeof joinInput>): Promise<void> {
    await socket.join(room(request.planId));
    await this.#backfill(socket, request);
  }

  async #backfill(socket: LiveSocket, { planId, planSeq }: z.output<typeof joinInput>): Promise<void> {
    const events = await eventsAfter(this.deps.db, planId, planSeq, MAX_BACKFILL + 1);
    if (events.length > MAX_BACKFILL) {
      socket.emit('snapshot', { planId });
      return;
    }
    // The room is served from where its first member stands, which is not beyond what there is, whatever it claims.
    const last = events.at(-1)?.planSeq ?? Math.min(planSeq, await lastPlanSeq(this.deps.db, planId));
    if (!this.#cursors.has(planId)) this.#cursors.set(planId, last);
    if (events.length > 0) socket.emit('events', await pack(planId, events));
  }

  /**
   * Tries again as long as the client is in the room. Without, nobody would: the client has been told nothing that shows
   * a hole, and a room that nobody was read into has no place from which it could be served.
   */
  #backfillLater(socket: LiveSocket, request: z.output<typeof joinInput>): void {
    const again = () => {
      if (!socket.rooms.has(room(request.planId))) return;
      void this.#backfill(socket, request).catch(() => this.#backfillLater(socket, request));
    };
    setTimeout(again, LOOK_MS).unref();
  }

  #look(planIds: readonly string[] | 'all'): void {
    const watched = [...this.#live.adapter.rooms.keys(), ...this.#status.adapter.rooms.keys()]
      .filter((name) => name.startsWith('plan:'))
      .map((name) => name.slice('plan:'.length));
    for (const planId of this.#cursors.keys()) if (!watched.includes(planId)) this.#cursors.delete(planId);
    const wanted =
      planIds === 'all' ? new Set(watched) : new Set(planIds.filter((planId) => watched.includes(planId)));
    for (const planId of wanted) this.#read(planId);
    if (planIds !== 'all' && planIds.length > 0)
      this.#live.to('plans').emit('plans', { planIds: [...planIds] });
  }

  /** One reader per plan; a hint that comes while it reads makes it read once more. */
  #read(planId: string): void {
    if (this.#reading.has(planId)) {
      this.#again.add(planId);
      return;
    }
    const reading = this.#drain(planId)
      .then((sent) => (sent ? delay(PACE_MS, undefined, { signal: this.#closing.signal }) : undefined))
      .catch((error: unknown) =>
        this.deps.log.debug({ err: error }, 'Events could not be read; the next look tries again'),
      )
      .finally(() => {
        this.#reading.delete(planId);
        if (this.#again.delete(planId) && !this.#closing.signal.aborted) this.#read(planId);
      });
    this.#reading.set(planId, reading);
  }

  /** Sends what came since; false when nothing did. */
  async #drain(planId: string): Promise<boolean> {
    let changed = false;
    for (;;) {
      const cursor = this.#cursors.get(planId);
      if (cursor === undefined) {
        // Someone is joining: the room is served from where the backfill ends.
        if (this.#live.adapter.rooms.has(room(planId))) break;
        this.#cursors.set(planId, await lastPlanSeq(this.deps.db, planId));
        changed = true;
        break;
      }
      const events = await eventsAfter(this.deps.db, planId, cursor, BATCH);
      const last = events.at(-1);
      if (!last) break;
      this.deps.sending(planId, events);
      const batch = await pack(planId, events);
      changed = true;
      this.#cursors.set(planId, last.planSeq);
      this.#live.to(room(planId)).emit('events', batch);
    }
    if (changed) this.#tellStatus(planId);
    return changed;
  }

  #statusSockets(planId: string): StatusSocket[] {
    return [...this.#status.sockets.values()].filter((socket) => socket.data.planId === planId);
  }

  #tellStatus(planId: string): void {
    if (this.#telling.has(planId) || this.#statusSockets(planId).length === 0) return;
    const timer = setTimeout(() => {
      this.#telling.delete(planId);
      void this.#sendStatus(this.#statusSockets(planId)).catch((error: unknown) =>
        this.deps.log.debug({ err: error }, 'A status page could not be told; the next change tells it'),
      );
    }, STATUS_PACE_MS);
    this.#telling.set(planId, timer);
  }

  /** Once for each link, however many look at it. */
  async #sendStatus(sockets: readonly StatusSocket[]): Promise<void> {
    for (const [token, same] of groupBy(sockets, (socket) => socket.data.token as string)) {
      const open = await resolveShare(this.deps.db, token);
      const status = open && (await publicStatus(this.deps.db, open.planId, open));
      for (const socket of same)
        if (status) socket.emit('snapshot', status);
        else socket.disconnect(true);
    }
  }

  /** Sessions, keys and links may be revoked while a socket is open. */
  async #recheck(): Promise<void> {
    try {
      for (const same of groupBy([...this.#live.sockets.values()], credentials).values()) {
        const [first] = same;
        if (first && !(await this.deps.authenticate(fromNodeHeaders(first.handshake.headers))))
          for (const socket of same) socket.disconnect(true);
      }
      for (const [token, same] of groupBy(
        [...this.#status.sockets.values()],
        (socket) => socket.data.token as string,
      )) {
        if (!(await resolveShare(this.deps.db, token))) for (const socket of same) socket.disconnect(true);
      }
    } catch (error) {
      this.deps.log.debug({ err: error }, 'Open sockets could not be checked; the next round tries again');
    }
  }
}

/** Whoever shows the same key or cookie is the same to us. */
const credentials = ({ handshake: { headers } }: LiveSocket) =>
  JSON.stringify([headers.authorization, headers.cookie]);

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}

const room = (planId: string) => `plan:${planId}`;
