import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { asked, Unreachable } from './client';
import type { Session } from './command';
import { EXIT, EXIT_OF } from './exit-codes';
import { isTrouble, progressLine } from './progress';

/** Looked this often without a hint, and while there is no connection for hints. */
const LOOK_MS = 10_000;
const BLIND_LOOK_MS = 1000;
const RETRY_MS = 2000;
const BATCH = 500;

export interface WatchOptions {
  planId: string;
  /** Goes on although the plan is halted or waits for somebody. */
  wait: boolean;
  /** Prints every event, also on a terminal, which else has a bar and what went wrong. */
  events: boolean;
  /** How long a server may be away. */
  patienceSeconds: number;
}

type Plan = Awaited<ReturnType<Session['client']['plans']['get']['query']>>;

/**
 * Prints what happens in a plan until it ends or waits for a decision, and answers with the exit code. Events are read
 * after the last one seen; the socket only says when to look.
 */
export async function watchPlan(given: Session, options: WatchOptions): Promise<number> {
  const session = options.events || given.json ? { ...given, bar: undefined } : given;
  let seen = 0;
  const hints = new Hints(session, options.planId, () => seen);
  let lastAnswer = performance.now();
  try {
    for (;;) {
      try {
        const plan = await get(session, options.planId);
        seen = await printNew(session, options.planId, seen);
        session.bar?.draw(progressLine(plan, session.bar.columns()));
        lastAnswer = performance.now();
        const code = await exitCodeOf(session, plan, options.wait);
        if (code !== null) {
          session.bar?.draw(null);
          printEnd(session, plan, code);
          return code;
        }
        await hints.next(session.signal);
      } catch (error) {
        // The plan goes on without us; so do we, for a while.
        const patient = performance.now() - lastAnswer < options.patienceSeconds * 1000;
        if (!(error instanceof Unreachable) || !patient) throw error;
        await sleep(RETRY_MS, undefined, { signal: session.signal });
      }
    }
  } finally {
    session.bar?.draw(null);
    hints.close();
  }
}

const get = ({ access, client }: Session, planId: string) =>
  asked(access.url, client.plans.get.query({ planId }));

/** What a finished or waiting plan means for a pipeline; null while there is something to wait for. */
async function exitCodeOf(session: Session, plan: Plan, wait: boolean): Promise<number | null> {
  const ended = EXIT_OF[plan.status];
  if (ended !== null || wait) return ended;
  const { RUNNING = 0, ROLLING_BACK = 0, PENDING = 0, PAUSED = 0 } = plan.byStatus;
  // Without open work the plan is about to end: its status follows in a moment.
  const open = PENDING + PAUSED;
  if (RUNNING + ROLLING_BACK > 0 || open === 0 || plan.startedAt === null) return null;
  // A plan has at most as many tasks as one page.
  const { items: tasks } = await asked(
    session.access.url,
    session.client.tasks.list.query({ planId: plan.planId }),
  );
  // Somebody has decided already, and it is being carried out; after its deadline only the way back is.
  if (tasks.some(({ request }) => request !== null && (!plan.late || request.kind === 'rollback')))
    return null;
  const waveFailed =
    plan.wave < plan.lastWave && tasks.some((task) => task.wave === plan.wave && task.counted);
  const paused = plan.intent === 'pause' ? plan.status === 'PAUSED' : PENDING === 0;
  return plan.halted !== null || plan.late || waveFailed || paused ? EXIT.undecided : null;
}

async function printNew(session: Session, planId: string, after: number): Promise<number> {
  for (let seen = after; ; ) {
    const { events, more } = await asked(
      session.access.url,
      session.client.plans.events.query({ planId, after: seen, limit: BATCH }),
    );
    for (const event of events) {
      seen = event.planSeq;
      if (session.json) session.out(JSON.stringify(event));
      // Heartbeats are for programs, and a bar tells the rest.
      else if (session.bar ? isTrouble(event.kind) : event.kind !== 'TaskProgress')
        session.out(
          `${event.at.slice(11, 19)}  ${(event.tenantId ?? planId).padEnd(20)}  ${event.kind.padEnd(18)}  ${event.message}`,
        );
    }
    if (!more) return seen;
  }
}

function printEnd(session: Session, plan: Plan, exitCode: number): void {
  const { planId, status, byStatus, halted } = plan;
  if (session.json) session.out(JSON.stringify({ planId, status, byStatus, halted, exitCode }));
  else session.out(statusLine(plan));
}

/** A plan in one line. */
export function statusLine({ planId, name, status, headline, halted, intent, late }: Plan): string {
  const held = late
    ? ' Its deadline has passed.'
    : halted
      ? ` Halted: ${halted.reason}`
      : intent === 'pause'
        ? ' Paused by an operator.'
        : '';
  return `${planId} (${name}) is ${status}. ${headline}.${held}`;
}

/** Says when to look again: on a hint of the server's sockets, or after a while. */
class Hints {
  readonly #socket: ReturnType<typeof io>;
  #told = false;
  #wake = () => {};

  constructor({ access }: Session, planId: string, seen: () => number) {
    this.#socket = io(new URL('/live', access.url).href, {
      extraHeaders: { authorization: `Bearer ${access.key}` },
      // Polling would need a load balancer that keeps us at one node.
      transports: ['websocket'],
      reconnectionDelayMax: 2000,
    });
    const news = () => {
      this.#told = true;
      this.#wake();
    };
    this.#socket.on('connect', () => {
      this.#socket.emit('join', { planId, planSeq: seen() }, news);
    });
    this.#socket.on('events', news);
    this.#socket.on('snapshot', news);
  }

  async next(signal: AbortSignal): Promise<void> {
    if (!this.#told) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      const millis = this.#socket.connected ? LOOK_MS : BLIND_LOOK_MS;
      await sleep(millis, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => {});
      signal.throwIfAborted();
    }
    this.#told = false;
  }

  close(): void {
    this.#socket.close();
  }
}
