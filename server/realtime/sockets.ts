import type { Server as HttpServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fromNodeHeaders } from 'better-auth/node';
import type { Logger } from 'pino';
import { type Namespace, Server, type Socket } from 'socket.io';
import { z } from 'zod';
import type { Database } from '@/db/client';
import type { LimitedDatabases } from '@/db/limited';
import { eventsAfter, lastPlanSeqs } from '@/db/queries/events';
import type { LimitedTo } from '@/domain/limited-to';
import type { LiveEvent } from '@/domain/view/plan-view';
import { originAllowed } from '@/server/auth/origin';
import type { Authenticate } from '@/server/auth/principal';
import { resolveShare } from '@/server/auth/shares';
import { BudgetSpent, type Budgets } from '@/server/security/budgets';
import type { ClientOf } from '@/server/security/client';
import { Coalesced, type Plans } from './coalesced';
import { groupBy } from './group-by';
import { spendMessage } from './message-pace';
import type { News } from './news';
import { OpenConnections } from './open-connections';
import { pack } from './pack';
import { Parts, plansRoom, roomOf, watchedIn } from './parts';
import type { LiveClientMessages, LiveServerMessages, StatusServerMessages } from './protocol';
import type { StatusPages } from './status-pages';
import { refuseOtherUpgrades } from './upgrades';

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

/** Plans one connection may watch: a page watches one. */
const MAX_ROOMS = 50;
/** A connection enters a namespace at once. */
const ENTER_MS = 10_000;
const joinInput = z.strictObject({
  planId: z.string().regex(/^PLN-\d{1,12}$/),
  planSeq: z.number().int().min(0),
});
const leaveInput = joinInput.pick({ planId: true });

type LiveSocket = Socket<LiveClientMessages, LiveServerMessages>;
type StatusSocket = Socket<Record<string, never>, StatusServerMessages>;

export interface SocketDeps {
  db: Database;
  limited: Pick<LimitedDatabases, 'of'>;
  news: News;
  statusPages: Pick<StatusPages, 'read'>;
  budgets: Pick<Budgets, 'spend' | 'spendOf'>;
  authenticate: Authenticate;
  clientOf: ClientOf;
  publicUrl: URL | undefined;
  /** Whether somebody else on this server upgrades connections: the bundler, in development. */
  othersUpgrade: boolean;
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
  readonly #statusNews: Coalesced;
  /** Who waits to be served again: once for a connection and plan, however often it asks. */
  readonly #later = new Set<string>();
  readonly #open = new OpenConnections();
  readonly #parts: Parts;
  #looking = false;
  readonly #closing = new AbortController();
  readonly #timers: NodeJS.Timeout[];
  readonly #unsubscribe: () => void;

  constructor(
    http: HttpServer,
    private readonly deps: SocketDeps,
  ) {
    this.#parts = new Parts(deps.db, deps.limited);
    this.#io = new Server(http, {
      serveClient: false,
      // Upgrades that are not ours were refused before; in development the bundler has its own.
      destroyUpgrade: false,
      maxHttpBufferSize: 64 * 1024,
      // Who opens a connection and enters no namespace is put out.
      connectTimeout: ENTER_MS,
      allowRequest: (request, answer) => {
        const { origin } = request.headers;
        const { host } = deps.clientOf(request);
        answer(null, originAllowed({ origin, host, publicUrl: deps.publicUrl }));
      },
    });
    if (!deps.othersUpgrade) refuseOtherUpgrades(http);
    // The namespace that everybody enters who names none: there is nothing in it.
    this.#io.use((_socket, next) => next(new Error('There is nothing here. Enter /live or /status.')));
    this.#live = this.#io.of('/live');
    this.#status = this.#io.of('/status');
    this.#live.use((socket, next) => void this.#admitPerson(socket).then(next, next));
    this.#status.use((socket, next) => void this.#admitShare(socket).then(next, next));
    this.#live.on('connection', (socket) => this.#serve(socket));
    const untold = (error: unknown) => deps.log.debug({ err: error }, 'A status page could not be told');
    this.#statusNews = new Coalesced(STATUS_PACE_MS, (plans) => this.#tellStatus(plans), untold);
    this.#status.on('connection', (socket) => this.#sendStatus([socket]).catch(untold));
    this.#unsubscribe = deps.news.subscribe((planIds) => this.#look(planIds));
    this.#timers = [
      setInterval(() => this.#look('all'), LOOK_MS),
      setInterval(() => void this.#recheck(), RECHECK_MS),
    ];
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.#unsubscribe();
    await this.#statusNews.stop();
    await this.#io.close();
    await Promise.allSettled(this.#reading.values());
  }

  async #admitPerson(socket: LiveSocket): Promise<undefined> {
    const { headers } = socket.handshake;
    const address = this.#addressOf(socket);
    const principal = await this.deps.authenticate(fromNodeHeaders(headers), { address });
    this.deps.budgets.spendOf(principal, address);
    if (!principal) throw new Error('Sign in first.');
    this.#open.add('principal', `${principal.kind} ${principal.id}`, socket);
    socket.data.limitedTo = principal.limitedTo;
  }

  #addressOf(socket: LiveSocket | StatusSocket): string {
    return this.deps.clientOf(socket.request).address;
  }

  async #admitShare(socket: StatusSocket): Promise<undefined> {
    const token: unknown = socket.handshake.auth.token;
    const open = typeof token === 'string' ? await resolveShare(this.deps.db, token) : null;
    if (open) this.deps.budgets.spend('link', open.id);
    else this.deps.budgets.spend('address', this.#addressOf(socket));
    if (!open) throw new Error('There is no status page with this address.');
    this.#open.add('link', open.id, socket);
    socket.data = { token, planId: open.planId };
    await socket.join(roomOf(open.planId));
  }

  #rooms(): Iterable<string> {
    return this.#live.adapter.rooms.keys();
  }

  #serve(socket: LiveSocket): void {
    socket.on('join', (request, answer) => {
      const input = joinInput.safeParse(request);
      const reply = typeof answer === 'function' ? answer : () => {};
      if (!input.success) return reply('join needs {planId, planSeq}.');
      this.#join(socket, input.data).then(reply, (error: unknown) => {
        if (error instanceof BudgetSpent) return reply(error.message);
        this.deps.log.warn({ err: error }, 'A browser could not join a plan');
        this.#backfillLater(socket, input.data);
        reply('The events could not be read. They are tried again.');
      });
    });
    socket.on('gap', (request) => {
      const input = joinInput.safeParse(request);
      // Who never joined has no gap.
      if (input.success && isIn(socket, input.data.planId))
        this.#fillGap(socket, input.data).catch(() => this.#backfillLater(socket, input.data));
    });
    socket.on('leave', (request) => {
      const input = leaveInput.safeParse(request);
      if (input.success) void socket.leave(roomOf(input.data.planId, socket.data.limitedTo));
    });
    socket.on('watchPlans', () => void socket.join(plansRoom(socket.data.limitedTo)));
  }

  async #fillGap(socket: LiveSocket, request: z.output<typeof joinInput>): Promise<void> {
    spendMessage(socket.data);
    await this.#backfill(socket, request);
  }

  /**
   * Why the plan cannot be watched, or null. Subscribe first, then read after the client's last: nothing falls between,
   * what overlaps is dropped by planSeq.
   */
  async #join(socket: LiveSocket, request: z.output<typeof joinInput>): Promise<string | null> {
    const { planId } = request;
    spendMessage(socket.data);
    const { limitedTo } = socket.data;
    if (!isIn(socket, planId) && watchedIn(socket.rooms).size >= MAX_ROOMS)
      return `One connection watches at most ${MAX_ROOMS} plans. Leave one first.`;
    await socket.join(roomOf(planId, limitedTo));
    // Only an answer puts it out again, as such a room would be looked after for nothing; without one it is tried again.
    if ((await this.#lastSeq(planId, limitedTo)) === undefined) {
      await socket.leave(roomOf(planId, limitedTo));
      return `There is no plan ${planId}.`;
    }
    await this.#backfill(socket, request);
    return null;
  }

  async #backfill(socket: LiveSocket, { planId, planSeq }: z.output<typeof joinInput>): Promise<void> {
    // Asked first: whatever there is up to here is in what is read next.
    const reached = (await this.#lastSeq(planId)) ?? 0;
    const { limitedTo } = socket.data;
    const tooMany = reached - planSeq > MAX_BACKFILL;
    const events = tooMany
      ? []
      : await this.#parts.between(planId, planSeq, Math.max(reached, planSeq), limitedTo);
    // The room is served from where its first member stands, which is not beyond what there is, whatever it claims; who
    // fetches a snapshot gets at least what there is.
    if (!this.#cursors.has(planId))
      this.#cursors.set(planId, tooMany ? reached : (events.at(-1)?.planSeq ?? reached));
    if (tooMany) socket.emit('snapshot', { planId });
    else if (events.length > 0) socket.emit('events', await pack(planId, events));
  }

  /**
   * Tries again as long as the client is in the room. Without, nobody would: the client has been told nothing that shows
   * a hole, and a room that nobody was read into has no place from which it could be served.
   */
  #backfillLater(socket: LiveSocket, request: z.output<typeof joinInput>): void {
    const key = `${socket.id} ${request.planId}`;
    // The first that asked is furthest behind: what it is sent has what the others miss.
    if (this.#later.has(key)) return;
    this.#later.add(key);
    const again = () => {
      this.#later.delete(key);
      if (!isIn(socket, request.planId)) return;
      void this.#backfill(socket, request).catch(() => this.#backfillLater(socket, request));
    };
    setTimeout(again, LOOK_MS).unref();
  }

  async #lastSeq(planId: string, limitedTo?: LimitedTo): Promise<number | undefined> {
    return (await lastPlanSeqs(this.#parts.of(limitedTo), [planId])).get(planId);
  }

  #look(planIds: readonly string[] | 'all'): void {
    const watched = watchedIn(this.#rooms());
    for (const planId of watchedIn(this.#status.adapter.rooms.keys())) watched.add(planId);
    for (const planId of this.#cursors.keys()) if (!watched.has(planId)) this.#cursors.delete(planId);
    if (planIds === 'all') {
      void this.#lookAtAll([...watched]);
      return;
    }
    for (const planId of planIds) if (watched.has(planId)) this.#read(planId);
    if (planIds.length === 0) return;
    this.#live.to(plansRoom()).emit('plans', { planIds: [...planIds] });
    void this.#tellParts(planIds);
  }

  async #tellParts(planIds: readonly string[]): Promise<void> {
    try {
      for await (const { room, planIds: seen } of this.#parts.plans(this.#rooms(), planIds))
        if (seen.length > 0) this.#live.to(room).emit('plans', { planIds: seen });
    } catch (error) {
      this.deps.log.debug(
        { err: error },
        'Some lists could not be told; their pages read again on their own',
      );
    }
  }

  /** One question for all plans that are watched: only those that went on are read. */
  async #lookAtAll(watched: readonly string[]): Promise<void> {
    // A look that takes longer than the time between two is answer enough.
    if (this.#looking || watched.length === 0) return;
    this.#looking = true;
    try {
      for (const [planId, planSeq] of await lastPlanSeqs(this.deps.db, watched)) {
        const cursor = this.#cursors.get(planId);
        if (cursor === undefined || planSeq > cursor) this.#read(planId);
      }
    } catch (error) {
      this.deps.log.debug(
        { err: error },
        'The watched plans could not be looked at; the next look tries again',
      );
    } finally {
      this.#looking = false;
    }
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
        if (watchedIn(this.#rooms()).has(planId)) break;
        this.#cursors.set(planId, (await this.#lastSeq(planId)) ?? 0);
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
      this.#live.to(roomOf(planId)).emit('events', batch);
      for await (const part of this.#parts.events(this.#rooms(), planId, cursor, last.planSeq))
        this.#live.to(part.room).emit('events', await pack(planId, part.events));
    }
    if (changed) this.#statusNews.hint([planId]);
    return changed;
  }

  /** Once for each link, however many look at it. */
  async #sendStatus(sockets: readonly StatusSocket[]): Promise<void> {
    for (const [token, same] of groupBy(sockets, (socket) => socket.data.token as string)) {
      const open = await resolveShare(this.deps.db, token);
      const status = open && (await this.deps.statusPages.read(open));
      for (const socket of same)
        if (status) socket.emit('snapshot', status);
        else socket.disconnect(true);
    }
  }

  #tellStatus(plans: Plans): Promise<void> {
    const sockets = [...this.#status.sockets.values()];
    return this.#sendStatus(
      plans === 'all' ? sockets : sockets.filter(({ data }) => plans.includes(data.planId)),
    );
  }

  /** To leave a page open is no use of it: a session that nobody uses ends all the same. */
  #isThere({ handshake }: LiveSocket) {
    return this.deps.authenticate(fromNodeHeaders(handshake.headers), { looking: true });
  }

  /** Sessions, keys and links may be revoked while a socket is open. */
  async #recheck(): Promise<void> {
    try {
      for (const same of groupBy([...this.#live.sockets.values()], credentials).values()) {
        const [first] = same;
        const now = first && (await this.#isThere(first));
        // Whose limits changed comes in again with the new ones.
        const limits = JSON.stringify(now?.limitedTo);
        for (const socket of same)
          if (!now || JSON.stringify(socket.data.limitedTo) !== limits) socket.disconnect(true);
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

const isIn = (socket: LiveSocket, planId: string) => socket.rooms.has(roomOf(planId, socket.data.limitedTo));
