import type { Socket } from 'socket.io';

/** Connections of one person or key, and of the viewers of one link, on a node: tabs and dashboards, an audience. */
export const MOST_OPEN = { principal: 500, link: 5000 } as const;

/** Counts open connections by whose they are: they cost memory for as long as they are open, whatever is asked. */
export class OpenConnections {
  readonly #open = new Map<string, number>();

  /** Counts one until it closes. Throws, in words for its owner, when there are too many. */
  add(kind: keyof typeof MOST_OPEN, id: string, { conn }: Pick<Socket, 'conn'>): void {
    const key = `${kind} ${id}`;
    const most = MOST_OPEN[kind];
    const open = this.#open.get(key) ?? 0;
    if (open >= most) throw new Error(`At most ${most} connections are open at once. Close one first.`);
    this.#open.set(key, open + 1);
    conn.once('close', () => {
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left > 0) this.#open.set(key, left);
      else this.#open.delete(key);
    });
  }
}
