import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Running, startSwitchyard } from '@/server/testing/switchyard';
import type { TcpProxy } from '../faults/tcp-proxy';

export type NodeState = 'starting' | 'up' | 'frozen' | 'down';

/** So long a start may take while the node, its database and its proxy suffer, on a busy machine too. */
const START_MS = 180_000;
/** An answer at /readyz takes two seconds at most. */
const READY_MS = 3000;
const KEPT_LINES = 4000;

/** One place where a server process runs; the processes come and go. */
export class ServerNode {
  state: NodeState = 'down';
  /** Processes started, the ones that never got ready included. */
  starts = 0;
  readonly startMillis: number[] = [];
  url = '';
  /** What all its processes said, the newest last. */
  readonly output: string[] = [];
  #running: Running | null = null;
  #child: ChildProcess | null = null;
  #wanted = false;

  constructor(
    readonly name: string,
    readonly proxy: TcpProxy,
    private readonly env: () => Record<string, string>,
    readonly shiftedClock: boolean,
    /** Told when a process ended that nobody had killed, with its last words. */
    private readonly endedByItself: (node: ServerNode, words: string) => void,
  ) {}

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts a process, again and again until one is ready. */
  async start(): Promise<void> {
    this.#wanted = true;
    while (this.#wanted) {
      this.state = 'starting';
      this.starts += 1;
      const began = performance.now();
      try {
        const running = await this.#attempt();
        if (!this.#wanted) return void (await running.kill());
        this.startMillis.push(performance.now() - began);
        this.#running = running;
        this.url = running.url;
        this.state = 'up';
        void this.#watch(running);
        return;
      } catch (error) {
        this.#keep([`(no start) ${error instanceof Error ? error.message : error}`]);
        this.state = 'down';
        await delay(200);
      }
    }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = null;
    this.state = 'down';
    await running?.kill();
    if (running) this.#keep(running.output, '(killed)');
  }

  /** What it says at /readyz of plans that do not get on; nothing where it does not answer. */
  async troubled(): Promise<string> {
    if (this.state !== 'up') return '';
    try {
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(READY_MS) });
      const { checks } = (await answer.json()) as { checks?: { plans?: string } };
      return checks?.plans ?? '';
    } catch {
      return '';
    }
  }

  freeze(): void {
    this.state = 'frozen';
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
    this.state = 'up';
  }

  /** Ends it in order. False when it did not end in time and was killed. */
  async stop(millis: number): Promise<boolean> {
    this.#wanted = false;
    const running = this.#running;
    this.#running = null;
    if (!running) {
      this.#child?.kill('SIGKILL');
      return true;
    }
    const inTime = await Promise.race([
      running.stop().then(() => true),
      delay(millis, false, { ref: false }),
    ]);
    if (!inTime) await running.kill();
    this.#keep(running.output, '(stopped)');
    this.state = 'down';
    return inTime;
  }

  async #attempt(): Promise<Running> {
    const starting = startSwitchyard('server/main', this.env(), (child) => {
      this.#child = child;
    });
    const late = delay(START_MS, 'late' as const, { ref: false });
    const first = await Promise.race([starting, late]);
    if (first !== 'late') return first;
    this.#child?.kill('SIGKILL');
    await starting.catch(() => {});
    throw new Error(`It was not ready after ${START_MS / 1000} s.`);
  }

  async #watch(running: Running): Promise<void> {
    const { process } = running;
    if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
    if (this.#running !== running) return;
    this.#running = null;
    this.state = 'down';
    this.#keep(running.output, '(ended by itself)');
    this.endedByItself(this, running.output.slice(-15).join('\n'));
    await this.start();
  }

  #keep(lines: readonly string[], end?: string): void {
    this.output.push(...lines.slice(-KEPT_LINES / 4), ...(end ? [end] : []));
    if (this.output.length > KEPT_LINES) this.output.splice(0, this.output.length - KEPT_LINES);
  }
}
