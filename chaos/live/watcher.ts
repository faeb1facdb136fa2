import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { type ColumnarSnapshot, fromColumnar } from '@/domain/view/columnar-snapshot';
import type { LiveEvent } from '@/domain/view/plan-view';
import { listen } from '@/server/realtime/listen';
import type { LiveClientMessages, LiveServerMessages } from '@/server/realtime/protocol';
import { API_KEY } from '@/server/testing/switchyard';
import type { Random } from '../random';
import type { Console } from '../work/console';
import { PageLog } from './page-log';

type LiveSocket = Socket<LiveServerMessages, LiveClientMessages>;

/** One person who looks at one plan after another, over a connection that is cut again and again. */
export class Watcher {
  /** Every page that was opened, the present one last. */
  readonly pages: PageLog[] = [];
  cuts = 0;
  #socket: LiveSocket | null = null;
  #planId: string | null = null;
  #over = false;

  constructor(
    private readonly console_: Console,
    private readonly random: Random,
  ) {}

  get page(): PageLog | null {
    const last = this.pages.at(-1);
    return last && last.planId === this.#planId ? last : null;
  }

  /** Opens the page of a plan as the console does: a snapshot first, then what came after it. */
  async open(planId: string): Promise<void> {
    const before = this.#planId;
    if (before) this.#socket?.emit('leave', { planId: before });
    this.#planId = planId;
    await this.#fetch(planId);
    this.#join();
  }

  /** Keeps a connection, and cuts it after a random time of up to twice `everyMillis`, until `steady`. */
  async run(everyMillis: number, steady: () => boolean): Promise<void> {
    while (!this.#over) {
      const url = this.console_.anyUrl();
      const socket = url ? await this.#connect(url) : null;
      if (!socket) {
        await delay(300);
        continue;
      }
      this.#socket = socket;
      this.#join();
      const ended = new Promise((resolve) => socket.once('disconnect', resolve));
      const until = performance.now() + this.random.between(0, 2 * everyMillis);
      while (socket.connected && !this.#over && (steady() || performance.now() < until))
        await Promise.race([ended, delay(250)]);
      if (socket.connected && !this.#over) {
        this.cuts += 1;
        // Half of them vanish without a word, as a laptop does that is closed.
        if (this.random.chance(0.5)) socket.io.engine.close();
        else socket.disconnect();
      }
      socket.removeAllListeners();
      socket.disconnect();
      if (!steady()) await delay(this.random.between(0, 1500));
    }
  }

  close(): void {
    this.#over = true;
    this.#socket?.disconnect();
  }

  async #connect(url: string): Promise<LiveSocket | null> {
    const socket: LiveSocket = io(`${url}/live`, {
      transports: ['websocket'],
      extraHeaders: { authorization: `Bearer ${API_KEY}` },
      forceNew: true,
      reconnection: false,
      timeout: 3000,
    });
    listen(socket, {
      events: (planId, events) => this.#receive(planId, events),
      snapshot: (planId) => void this.#again(planId),
    });
    const connected = await Promise.race([
      new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('connect_error', () => resolve(false));
      }),
      delay(5000, false, { ref: false }),
    ]);
    if (connected) return socket;
    socket.removeAllListeners();
    socket.disconnect();
    return null;
  }

  #receive(planId: string, events: readonly LiveEvent[]): void {
    // Between two pages nothing is kept: the snapshot that is on its way has it.
    if (planId === this.#planId) this.page?.store.receive(events);
  }

  /** Too much was missed to be sent one by one. */
  async #again(planId: string): Promise<void> {
    if (planId !== this.#planId) return;
    await this.#fetch(planId);
    this.#join();
  }

  async #fetch(planId: string): Promise<void> {
    const question = { planId, columns: true };
    const columnar = await this.console_.insist<ColumnarSnapshot>('plans.snapshot', 'query', question);
    if (this.#over || planId !== this.#planId) return;
    const snapshot = fromColumnar(columnar);
    const { page } = this;
    if (page) page.replace(snapshot);
    else
      this.pages.push(
        new PageLog(
          snapshot,
          (planSeq) => this.#socket?.connected && this.#socket.emit('gap', { planId, planSeq }),
        ),
      );
  }

  #join(): void {
    const { page } = this;
    if (page && this.#socket?.connected)
      this.#socket.emit('join', { planId: page.planId, planSeq: page.planSeq }, () => {});
  }
}
