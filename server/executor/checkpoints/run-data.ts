import type { Logger } from 'pino';
import type { TaskState } from '@/domain/task';
import { type SecretBox, SecretUnreadable } from '@/server/security/secrets';
import type { Veil } from '@/server/security/veil';
import { type CheckpointStore, keyText, type StageData } from './checkpoint-store';
import { openHidden, sealHidden } from './sealed-data';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;

interface RunDataDeps {
  checkpoints: CheckpointStore;
  secretBox: SecretBox;
  log: Logger;
  delay(millis: number, signal: AbortSignal): Promise<void>;
}

/** What the stages of one run leave for later ones. A store that does not answer is asked as long as the run is ours. */
export class RunData {
  #values: StageData = {};

  constructor(
    private readonly deps: RunDataDeps,
    private readonly signal: AbortSignal,
    private direction: TaskState['direction'],
    private readonly veil: Veil,
  ) {}

  get values(): Readonly<StageData> {
    return this.#values;
  }

  /** Reads what completed stages left; false when the store no longer has what the row points at, or no key opens it. */
  async load({ taskId, direction, dataAt }: TaskState): Promise<boolean> {
    if (!dataAt) return true;
    const key = { taskId, direction, ...dataAt };
    const found = (await this.#answered(() => this.deps.checkpoints.load([key]))).get(keyText(key));
    try {
      this.#values = openHidden(found ?? {}, key, this.deps.secretBox, this.veil);
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      this.deps.log.error({ err: error, taskId }, 'What earlier stages left cannot be opened');
      return false;
    }
    return found !== undefined;
  }

  /** Adds what a step left and saves it, before the commit that points at it. Returns where it is from then on. */
  async save(state: TaskState, epoch: number, left: StageData | undefined): Promise<TaskState['dataAt']> {
    if (!left || Object.keys(left).length === 0) return state.dataAt;
    const values = { ...this.#values, ...left };
    const { taskId, direction, stageIndex } = state;
    const key = { taskId, direction, epoch, stageIndex };
    const kept = sealHidden(values, key, this.deps.secretBox, this.veil);
    await this.#answered(() => this.deps.checkpoints.save(key, kept));
    this.#values = values;
    return { epoch, stageIndex };
  }

  /** A rollback has data of its own. */
  follow(direction: TaskState['direction']): void {
    if (direction === this.direction) return;
    this.direction = direction;
    this.#values = {};
  }

  async #answered<T>(ask: () => Promise<T>): Promise<T> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        return await ask();
      } catch (error) {
        this.deps.log.warn({ err: error }, 'The checkpoint store does not answer; it is asked again');
        await this.deps.delay(wait, this.signal);
      }
    }
  }
}
