/** The same durable work for everybody: so many tasks of three stages, each stage stored before the next begins. */
export interface Work {
  tasks: number;
  stages: number;
  /** Tasks under way at once. */
  concurrency: number;
  /** Connections to the database that carry the work. */
  connections: number;
  /** Over how many plans the tasks are spread, where there are plans. */
  plans: number;
  /** Processes that share the plans. */
  nodes: number;
  /** Tasks that one process has room for, where that is what limits it. */
  slots?: number;
  /** How long a stage waits for its target, where it does more than to be stored. */
  stageSeconds?: number;
}

/** Everything stands ready: tables, jobs or plans are made, nothing was begun. */
export interface Prepared {
  /** Resolves when every task is done. */
  run(): Promise<void>;
  close(): Promise<void>;
}

/** One way of doing the work; `url` is a database of its own on the server that all of them share. */
export type Contender = (url: string, work: Work) => Promise<Prepared>;

/** Resolves at the n-th call of `one`. */
export class Countdown {
  readonly done: Promise<void>;
  #resolve = () => {};

  constructor(private left: number) {
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  readonly one = (): void => {
    this.left -= 1;
    if (this.left === 0) this.#resolve();
  };
}
