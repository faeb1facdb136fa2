import type { TargetCall } from '../check/history';

/** A call with the moment at which the target took it, in milliseconds since 1970. */
export type LoggedCall = TargetCall & { at: number; status: number };

/** How all instances behave from now on; each is a probability unless it says otherwise. */
export interface Behaviour {
  /** Answers 503 and does nothing. */
  failing: number;
  /** Applies what it is told and cuts the connection. */
  dropping: number;
  /** Every answer takes a random time between these, in milliseconds. */
  latency: readonly [number, number];
}

/** What the targets did that was more than a fault-free service does. */
export interface TargetCounts {
  failed: number;
  dropped: number;
  /** Changes refused because they came with an older epoch. */
  fenced: number;
}

export type ToTargets =
  | { type: 'behave'; behaviour: Behaviour }
  /** Write the log to this file. */
  | { type: 'log'; file: string };

export type FromTargets =
  | { type: 'ready'; port: number }
  | { type: 'logged'; counts: TargetCounts; versions: Record<string, string> };
