import type { TaskState } from '@/domain/task';
import type { Invariant } from '../findings';
import type { CommittedEvent } from '../history';
import type { ScriptedHistory } from './scripted-history';

const eventsOf = (told: ScriptedHistory, taskId: string, kind: CommittedEvent['kind']) =>
  told.history.events.filter((event) => event.taskId === taskId && event.kind === kind);

/** Takes the events from one place to before another and numbers everything anew, as if it had happened so. */
function moveEvents(
  told: ScriptedHistory,
  which: (event: CommittedEvent) => boolean,
  before: CommittedEvent,
): void {
  const { events } = told.history;
  const moved = events.filter(which);
  const rest = events.filter((event) => !which(event));
  rest.splice(rest.indexOf(before), 0, ...moved);
  told.history.events = rest;
  renumber(told);
}

function renumber({ history }: ScriptedHistory): void {
  const last = new Map<string, number>();
  const next = (key: string) => {
    last.set(key, (last.get(key) ?? 0) + 1);
    return last.get(key) ?? 0;
  };
  for (const event of history.events) {
    event.planSeq = next(`seq ${event.planId}`);
    event.eventId = `${event.planId}:${event.planSeq}`;
    event.sequenceId = next(event.taskId ?? event.planId);
  }
  for (const plan of history.plans) plan.planSeq = last.get(`seq ${plan.plan.planId}`) ?? 0;
}

/** Puts an event in, beside the one that comes after it, and numbers everything anew. */
function putEvent(
  told: ScriptedHistory,
  event: Pick<CommittedEvent, 'kind' | 'payload'>,
  before: CommittedEvent,
): void {
  const { events } = told.history;
  events.splice(events.indexOf(before), 0, { ...before, ...event } as CommittedEvent);
  renumber(told);
}

const probe = (round: number) => ({
  kind: 'ProbeResult' as const,
  payload: { stage: 'Health', stageIndex: 1, step: 's', stepIndex: 0, round, rounds: 2, instances: [] },
});

function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error('nothing there');
  return value;
}

/** Its row says something else than its events. */
const taskSays = (taskId: string, change: Partial<TaskState>) => (told: ScriptedHistory) => {
  const record = told.taskOf(taskId);
  record.task = { ...record.task, ...change };
};

/** What could be wrong with a history, the promise that it breaks, and how it is put in. */
export const SCRIPTED_DEFECTS: [string, Invariant, (told: ScriptedHistory) => void][] = [
  [
    'a gap in the numbers of a plan',
    'sequence',
    ({ history }) => {
      for (const event of history.events.slice(8)) if (event.planId === 'PLN-1') event.planSeq += 1;
    },
  ],
  [
    'a counter ahead of the events',
    'sequence',
    (told) => {
      told.taskOf('PLN-1.1').sequenceId += 1;
    },
  ],
  [
    'a commit torn apart',
    'contiguous',
    (told) => {
      first(eventsOf(told, 'PLN-1.1', 'TaskCompleted')).commitId = first(told.history.events).commitId;
    },
  ],
  [
    'a terminal state left',
    'status',
    (told) => {
      first(eventsOf(told, 'PLN-2.2', 'TaskCompleted')).status = 'FAILED';
    },
  ],
  ['an event without its state', 'state', taskSays('PLN-2.2', { stageIndex: 1 })],
  [
    'a state without its event',
    'state',
    taskSays('PLN-1.2', {
      request: { kind: 'resume', by: 'op', at: '', reason: null, fromCheckpoint: false },
    }),
  ],
  [
    'a pause in the middle of a stage',
    'boundary',
    (told) => {
      const { commitId } = first(eventsOf(told, 'PLN-1.2', 'TaskPaused'));
      const ends = (event: CommittedEvent) => event.commitId === commitId && event.kind !== 'TaskPaused';
      told.history.events = told.history.events.filter((event) => !ends(event));
      renumber(told);
    },
  ],
  [
    'a completed stage run again',
    'stages',
    (told) => {
      for (const event of eventsOf(told, 'PLN-1.1', 'StageStarted'))
        if (event.kind === 'StageStarted') event.payload.stageIndex = 0;
    },
  ],
  [
    'a request granted twice',
    'request',
    (told) => {
      told.history.events = told.history.events.filter(({ kind }) => kind !== 'RollbackRequested');
      renumber(told);
    },
  ],
  [
    'a recovery that skips an epoch',
    'recovery',
    (told) => {
      const recovered = first(eventsOf(told, 'PLN-1.2', 'TaskRecovered'));
      if (recovered.kind === 'TaskRecovered') recovered.payload.epoch += 1;
    },
  ],
  [
    'more running than allowed',
    'concurrency',
    (told) => {
      const plan = told.planOf('PLN-1');
      plan.plan = { ...plan.plan, maxConcurrency: 1 };
    },
  ],
  [
    'a start out of order',
    'fifo',
    (told) => {
      moveEvents(
        told,
        (event) => event.taskId === 'PLN-2.2' && event.sequenceId > 2,
        first(eventsOf(told, 'PLN-2.1', 'TaskStarted')),
      );
    },
  ],
  [
    'an admission while the plan is halted',
    'planHold',
    (told) => {
      const before = first(eventsOf(told, 'PLN-1.3', 'TaskStarted'));
      const plan = told.planOf('PLN-1');
      plan.plan = { ...plan.plan, halted: { by: 'x', reason: '', at: '' } };
      plan.ownSequenceId += 1;
      const halted = { ...before, kind: 'PlanHalted' as const, payload: { by: 'x', reason: '' } };
      told.history.events.splice(told.history.events.indexOf(before), 0, {
        ...halted,
        status: 'RUNNING',
        taskId: null,
        tenantId: null,
        commitId: 'halt',
      });
      renumber(told);
    },
  ],
  [
    'an admission while everything is stopped',
    'planHold',
    ({ history, now }) => {
      history.stops.push({ from: now.getTime() - 5000, until: null });
    },
  ],
  [
    'a rollback that waits although nothing holds it',
    'rollback',
    (told) => told.task('PLN-2.2', { type: 'rollback', actor: 'op', reason: 'bad' }),
  ],
  [
    'a rollback that never came to its end',
    'rollback',
    (told) => {
      told.task('PLN-2.2', { type: 'rollback', actor: 'op', reason: 'bad' });
      told.admit('PLN-2.2');
    },
  ],
  [
    'a wave that passed with a task that is not completed',
    'waves',
    (told) => {
      const before = first(eventsOf(told, 'PLN-1.3', 'TaskStarted'));
      putEvent(told, { kind: 'WaveStarted', payload: { wave: 1, by: null } }, before);
      Object.assign(told.history.events.find(({ kind }) => kind === 'WaveStarted') ?? {}, {
        status: 'RUNNING',
        taskId: null,
        commitId: 'wave',
      });
    },
  ],
  ['a start in a wave that is not open', 'waves', taskSays('PLN-1.3', { wave: 1 })],
  [
    'a rollback after a newer plan has switched the tenant',
    'newest',
    (told) => {
      told.task('PLN-1.1', { type: 'rollback', actor: 'op', reason: 'bad' });
      told.admit('PLN-1.1');
    },
  ],
  [
    'health rounds that begin anew',
    'rounds',
    (told) => {
      const confirmed = first(eventsOf(told, 'PLN-2.1', 'TaskCompleted'));
      for (const round of [1, 2, 1]) putEvent(told, probe(round), confirmed);
    },
  ],
  [
    'more health rounds than asked for',
    'rounds',
    (told) => {
      const confirmed = first(eventsOf(told, 'PLN-2.1', 'TaskCompleted'));
      for (const round of [1, 2, 3]) putEvent(told, probe(round), confirmed);
    },
  ],
  [
    'a call sent more often than it may be tried',
    'tries',
    ({ history }) => {
      const sent = first(history.calls);
      history.calls.push(sent, sent);
    },
  ],
  [
    'an instance that runs something else',
    'instances',
    ({ history }) => {
      first(history.instances).version = 'v1';
    },
  ],
  [
    'a plan whose status leaves out a task that failed',
    'planStatus',
    taskSays('PLN-2.2', { status: 'FAILED' }),
  ],
  [
    'a plan that settled too early',
    'planStatus',
    (told) => {
      const settled = first(told.history.events.filter(({ kind }) => kind === 'PlanCompleted'));
      moveEvents(told, (event) => event === settled, first(eventsOf(told, 'PLN-2.2', 'TaskStarted')));
    },
  ],
  [
    'a plan that never settled',
    'planStatus',
    (told) => {
      told.history.events = told.history.events.filter(({ kind }) => kind !== 'PlanCompleted');
      const plan = told.planOf('PLN-2');
      plan.plan = { ...plan.plan, status: 'RUNNING' };
      plan.ownSequenceId -= 1;
      renumber(told);
    },
  ],
  [
    'a task held by a plan that runs',
    'planRelease',
    (told) => {
      const paused = first(eventsOf(told, 'PLN-1.2', 'TaskPaused'));
      if (paused.kind === 'TaskPaused') paused.payload.heldBy = 'plan';
      taskSays('PLN-1.2', { heldBy: 'plan' })(told);
    },
  ],
  [
    'two tasks with one tenant',
    'exclusion',
    (told) => {
      const times = eventsOf(told, 'PLN-2.1', 'TaskStarted').map((event) => event.at.getTime());
      for (const event of told.history.events)
        if (event.taskId === 'PLN-1.1' && event.kind === 'TaskCompleted')
          event.at = new Date((times[0] ?? 0) + 60_000);
    },
  ],
  [
    'a hold that leaked',
    'holds',
    ({ history }) => {
      history.holds.push({ tenantId: 'd', taskId: 'PLN-2.2' });
    },
  ],
  [
    'a hold that was lost',
    'holds',
    ({ history }) => {
      history.holds = [];
    },
  ],
  [
    'a pointer without data',
    'checkpoint',
    ({ history }) => {
      history.checkpoints = [];
    },
  ],
  [
    'data that outlives its task',
    'checkpoint',
    ({ history }) => {
      history.checkpoints.push({ taskId: 'PLN-1.1', direction: 'forward', epoch: 1, stageIndex: 0 });
    },
  ],
  [
    'a version that no event tells of',
    'versions',
    (told) => {
      told.tenantOf('c').currentVersion = 'v2';
    },
  ],
  [
    'last known good without a health check',
    'versions',
    (told) => {
      const succeeded = eventsOf(told, 'PLN-2.2', 'StepSucceeded').at(-1);
      if (succeeded?.kind === 'StepSucceeded') succeeded.payload.stepIndex = 1;
    },
  ],
  [
    'a task that would go back to what was replaced before it started',
    'versions',
    taskSays('PLN-2.1', { previous: { unitId: 'router', unitName: 'Router', version: 'v0' } }),
  ],
  [
    'a stale call that took effect',
    'fencing',
    ({ history }) => {
      first(history.calls).stale = true;
    },
  ],
  [
    'a call that was not announced',
    'announced',
    (told) => {
      const sent = first(told.history.calls);
      told.history.calls.push({ ...sent, epoch: 9 });
    },
  ],
  [
    'a key used by two attempts',
    'idempotency',
    ({ history }) => {
      const sent = history.calls.filter((call) => call.task === 'PLN-1.3' && call.outcome === 'applied');
      for (const call of sent) call.idempotencyKey = 'same';
    },
  ],
  [
    'two who drive a plan under one epoch',
    'driver',
    ({ history }) => {
      history.drives = ['one', 'other', 'one'].map((driver) => ({ planId: 'PLN-1', epoch: 1, driver }));
    },
  ],
  [
    'a driver who takes a plan back to an epoch that is over',
    'driver',
    ({ history }) => {
      history.drives = [1, 2, 1].map((epoch) => ({ planId: 'PLN-1', epoch, driver: 'one' }));
    },
  ],
  [
    'an open plan that nobody has to drive',
    'awake',
    (told) => {
      told.planOf('PLN-1').awake = false;
    },
  ],
  [
    'a settled plan that is kept awake',
    'awake',
    (told) => {
      told.planOf('PLN-2').awake = true;
    },
  ],
];
