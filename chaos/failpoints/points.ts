import { type Agent, DecoratorHandler, type Dispatcher } from 'undici';
import type { Commit, CommitResult } from '@/server/commands/commit';
import type { Committer } from '@/server/commands/commit-transition';

/** The moments at which a process may die: before and after everything that leaves a mark outside of it. */
export class Points {
  readonly #seen = new Map<string, number>();

  constructor(private readonly reached: (point: string) => void) {}

  /** Names the two moments around a piece of work: the same in every run that does the same. */
  around(what: string): { before(): void; after(): void } {
    const count = (this.#seen.get(what) ?? 0) + 1;
    this.#seen.set(what, count);
    const name = count === 1 ? what : `${what} #${count}`;
    return {
      before: () => this.reached(`before ${name}`),
      after: () => this.reached(`after ${name}`),
    };
  }

  committer(real: Committer): Committer {
    return {
      ...real,
      commitTransition: async (commit, commitId) => {
        const what = `commit ${described(commit)}`;
        const seen = this.#seen.get(what);
        const point = this.around(what);
        point.before();
        const result = await real.commitTransition(commit, commitId);
        // One that was refused is made again, under the same name: whether that happens is a matter of timing.
        if (storesSome(result)) point.after();
        else this.#seen.set(what, seen ?? 0);
        return result;
      },
    };
  }

  /** `instances` names them by their origins. */
  http(agent: Agent, instances: Readonly<Record<string, string>>): Dispatcher {
    return agent.compose((dispatch) => (options, handler) => {
      const instance = instances[String(options.origin)] ?? 'elsewhere';
      const point = this.around(`send ${options.method} ${options.path} to ${instance}`);
      point.before();
      return dispatch(options, new AnswerHandler(handler, point.after));
    });
  }
}

/** Tells when the whole answer is there and nobody has seen it yet. */
class AnswerHandler extends DecoratorHandler {
  constructor(
    handler: Dispatcher.DispatchHandler,
    private readonly answered: () => void,
  ) {
    super(handler);
  }

  onResponseEnd(...args: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>>): void {
    this.answered();
    (DecoratorHandler.prototype as Dispatcher.DispatchHandler).onResponseEnd?.apply(this, args);
  }
}

const storesSome = ({ plans, tasks }: CommitResult) =>
  Object.keys(plans).length > 0 || Object.values(tasks).some((one) => one.ok);

/** What a commit tells, heartbeats apart: `StageSucceeded+StageStarted Config`; or what a driver does without a word. */
function described({ plans, tasks }: Commit): string {
  if (plans.some(({ driver }) => driver !== undefined)) return 'of taking over';
  if (plans.some(({ rests }) => rests)) return 'of going to rest';
  const events = [...plans, ...tasks]
    .flatMap((change) => change.events)
    .filter(({ kind }) => kind !== 'TaskProgress');
  const stage = events.flatMap(({ payload }) => ('stage' in payload ? [payload.stage] : []))[0];
  const kinds = [...new Set(events.map(({ kind }) => kind))].join('+');
  return [kinds || 'of nothing', ...(stage ? [stage] : [])].join(' ');
}
