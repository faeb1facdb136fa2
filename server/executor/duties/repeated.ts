import type { Logger } from 'pino';

/** What is not over by then will never be: the way to the database has gone silent. */
const PATIENCE_MS = 30_000;

/** Something that a process does again and again. One that is late is not begun a second time. */
export class Repeated {
  #timer: NodeJS.Timeout | null = null;
  #underWay: Promise<void> | null = null;
  #again = false;

  constructor(
    /** What it is, for the log: "The beat". */
    private readonly name: string,
    private readonly everyMillis: number,
    private readonly work: () => Promise<void>,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => {
      if (!this.#underWay) void this.runOnce();
    }, this.everyMillis);
  }

  /** Resolves when it was done since it was asked for; what goes wrong is logged, and tried again next time. */
  async runOnce(): Promise<void> {
    this.#again = true;
    this.#underWay ??= this.#whileAsked().finally(() => {
      this.#underWay = null;
    });
    await this.#underWay;
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#underWay;
  }

  async #whileAsked(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#bounded();
      } catch (error) {
        this.log.warn({ err: error }, `${this.name} did not succeed; it is repeated`);
      }
    }
  }

  async #bounded(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`No answer for ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS);
    });
    try {
      await Promise.race([this.work(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
