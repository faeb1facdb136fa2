import { io, type Socket } from 'socket.io-client';
import type { LiveEvent } from '@/domain/view/plan-view';
import { listen } from '@/server/realtime/listen';
import type { LiveClientMessages, LiveServerMessages } from '@/server/realtime/protocol';
import { API_KEY } from '@/server/testing/switchyard';

/** One page that follows plans, and notes how old each event was when it came: from its database time to here. */
export class Viewer {
  readonly ages: number[] = [];
  events = 0;
  readonly #listeners = new Set<(event: LiveEvent) => void>();

  private constructor(private readonly socket: Socket<LiveServerMessages, LiveClientMessages>) {
    listen(socket, {
      events: (_planId, events) => {
        const now = Date.now();
        this.events += events.length;
        for (const event of events) {
          this.ages.push(now - Date.parse(event.at));
          for (const listener of this.#listeners) listener(event);
        }
      },
      snapshot: (planId) => console.log(`A page of ${planId} has missed too much.`),
    });
  }

  static async connect(url: string): Promise<Viewer> {
    const socket: Socket<LiveServerMessages, LiveClientMessages> = io(`${url}/live`, {
      transports: ['websocket'],
      extraHeaders: { authorization: `Bearer ${API_KEY}` },
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return new Viewer(socket);
  }

  async follow(planId: string, planSeq: number): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.socket.emit('join', { planId, planSeq }, (error) =>
        error === null ? resolve() : reject(new Error(error)),
      ),
    );
  }

  /** A connection watches a limited number of plans at once. */
  leave(planId: string): void {
    this.socket.emit('leave', { planId });
  }

  /** Tells of every event from now on. */
  each(listener: (event: LiveEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** Resolves with the first event that fits, and the moment it came. */
  until(fits: (event: LiveEvent) => boolean): Promise<{ event: LiveEvent; at: number }> {
    return new Promise((resolve) => {
      const listener = (event: LiveEvent) => {
        if (!fits(event)) return;
        this.#listeners.delete(listener);
        resolve({ event, at: performance.now() });
      };
      this.#listeners.add(listener);
    });
  }

  close(): void {
    this.socket.disconnect();
  }
}
