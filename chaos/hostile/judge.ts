import { ERROR_TYPES, type Failure } from '@/domain/failure';
import { occupiesSlot, type TaskStatus } from '@/domain/task';
import type { CommittedEvent, History, Violation } from '../check/history';
import type { WatchedCall } from './instances';

export interface Stall {
  /** When it was over, in milliseconds since 1970. */
  at: number;
  millis: number;
  /** How much of it the process was at work: the machine may not have let it run. */
  own: number;
}

/** So long the event loop of the server may stand still, whatever a target answers. */
export const MOST_STALL_MS = 200;
/** A call that was on its way when it was abandoned may still be read, so much later at most. */
const ON_ITS_WAY_MS = 1000;

/** Codes of our own; besides them those of a status and of Node's and undici's connections. */
const CODES: readonly string[] = [
  'BODY',
  'CHECKPOINT_LOST',
  'DRIFT',
  'EXTRACT',
  'HEALTH_CHECK',
  'IN_DOUBT',
  'NETWORK',
  'NOT_HTTP',
  'NO_PROGRESS',
  'REJECTED',
  'STOPPED',
  'TIMEOUT',
  'UNFIT_DATA',
];
const FOREIGN_CODES = /^(HTTP_\d{3}|E[A-Z]{3,}|UND_ERR_[A-Z_]+)$/;
/** What shows that something was put into words that is none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly that is looked for.
const NO_WORDS = /\bundefined\b|\[object \w+\]|\bNaN\b|\u0000/;

/** What must hold however odd the targets were, beside everything the checker judges. */
export function judgeHostile(
  history: History,
  calls: readonly WatchedCall[],
  stalls: readonly Stall[],
  said: readonly string[],
): Violation[] {
  const worst = stalls.filter(({ own }) => own > MOST_STALL_MS);
  return [
    ...worst.map(({ at, own, millis }) => ({
      invariant: 'never stands still',
      subject: 'node',
      message: `${Math.round(own)} ms until ${new Date(at).toISOString()} (${Math.round(millis)} ms by the clock)`,
    })),
    ...history.events.flatMap(unnamed),
    ...sentAfterCancel(history.events, calls),
    ...said.flatMap(complaint),
  ];
}

/** Every failure has a code that is known and a sentence. */
function unnamed({ kind, payload, taskId, planId, planSeq, message }: CommittedEvent): Violation[] {
  const found: Violation[] = [];
  const add = (what: string) =>
    found.push({
      invariant: 'every failure has a name',
      subject: taskId ?? planId,
      message: `${planSeq} ${kind} ${what}`,
    });
  if (message === '' || NO_WORDS.test(message)) add(`says ${JSON.stringify(message.slice(0, 200))}`);
  const { failure } = payload as { failure?: Failure };
  if (!failure) return found;
  const { code, errorType } = failure;
  if (!CODES.includes(code) && !FOREIGN_CODES.test(code)) add(`has the code ${code} (${failure.message})`);
  if (!ERROR_TYPES.includes(errorType)) add(`is of the type ${errorType}`);
  if (failure.message.trim() === '' || NO_WORDS.test(failure.message))
    add(`says ${JSON.stringify(failure.message.slice(0, 200))}`);
  return found;
}

/** From the moment a cancel is stored until the task is admitted again, nothing more of it is sent. */
function sentAfterCancel(events: readonly CommittedEvent[], calls: readonly WatchedCall[]): Violation[] {
  const callsOf = new Map<string, WatchedCall[]>();
  for (const one of calls)
    if (one.task !== null) callsOf.set(one.task, [...(callsOf.get(one.task) ?? []), one]);
  const cancelled = new Map<string, number>();
  const found: Violation[] = [];
  const judge = (taskId: string, until: number) => {
    const from = cancelled.get(taskId);
    cancelled.delete(taskId);
    if (from === undefined) return;
    for (const { at, method, path, instance } of callsOf.get(taskId) ?? [])
      if (at > from + ON_ITS_WAY_MS && at < until)
        found.push({
          invariant: 'nothing is sent after a cancel',
          subject: taskId,
          message: `${method} ${path} reached ${instance} ${Math.round(at - from)} ms after it`,
        });
  };
  for (const { taskId, kind, status, at, storedAt } of events) {
    if (taskId === null) continue;
    // When the next admission was decided, which is before it was stored.
    if (cancelled.has(taskId) && occupiesSlot(status as TaskStatus)) judge(taskId, at.getTime());
    if (kind === 'TaskCancelled') cancelled.set(taskId, storedAt ?? at.getTime());
  }
  for (const taskId of [...cancelled.keys()]) judge(taskId, Number.POSITIVE_INFINITY);
  return found;
}

/** The server has nothing to complain of in a run in which only the targets are odd. */
function complaint(line: string): Violation[] {
  const entry = parsed(line);
  const broken = /Unhandled|uncaught|RangeError|TypeError/i.test(line);
  if (!broken && (entry?.level ?? 0) < 50) return [];
  return [{ invariant: 'complains of nothing', subject: 'node', message: line.slice(0, 1500) }];
}

function parsed(line: string): { level?: number } | null {
  try {
    return JSON.parse(line) as { level?: number };
  } catch {
    return null;
  }
}
