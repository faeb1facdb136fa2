/**
 * What may have left for a tenant since it last was as before: `calls` when any step may have told it anything, and for
 * each instance (by endpoint key) what became of the plan's configuration.
 */
export interface Sent {
  calls: boolean;
  config: Readonly<Record<string, Reach>>;
}

/**
 * `taken`: it has the plan's configuration, or may have. `refused`: it answered that it did not take it. `back`: it has
 * taken the earlier one again. Absent: nothing was sent to it.
 */
export type Reach = 'taken' | 'refused' | 'back';

/** Stands for every instance: sent once for the tenant, or by a process that could not say to which. */
export const EVERYWHERE = '*';

export const NOTHING_SENT: Sent = { calls: false, config: {} };

/** Kinds of steps that change nothing. Of any other it is assumed that something left, until it says otherwise. */
const ONLY_LOOK: readonly string[] = ['wait', 'approval', 'health-check', 'metric-gate'];
const CONFIG = 'config-update';

/** Whether a kind of step may change something at the target. */
export const sends = (stepType: string): boolean => !ONLY_LOOK.includes(stepType);

/** Before a step is sent: from here on it may have arrived anywhere. */
export function announced(sent: Sent, stepType: string): Sent {
  if (!sends(stepType)) return sent;
  const config = stepType === CONFIG ? { ...sent.config, [EVERYWHERE]: 'taken' as const } : sent.config;
  return { calls: true, config };
}

/** After it: what it really reached, added to what had been sent before it was announced. */
export function reached(
  before: Sent,
  stepType: string,
  instances: Readonly<Record<string, Exclude<Reach, 'back'>>>,
  direction: 'forward' | 'rollback',
): Sent {
  const calls = before.calls || Object.keys(instances).length > 0;
  if (stepType !== CONFIG) return { calls, config: before.config };
  const config: Record<string, Reach> = { ...before.config };
  for (const [key, reach] of Object.entries(instances)) {
    if (direction === 'rollback') {
      // Told to take the earlier one: it has, or it is as it was.
      if (reach === 'taken') config[key] = 'back';
    } else if (config[key] !== 'taken') config[key] = reach;
  }
  return { calls, config };
}

/** What may be on an instance, whichever way it was sent; null when nothing was. */
export function reachOf({ config }: Sent, instance: string): Reach | null {
  return config[instance] ?? config[EVERYWHERE] ?? null;
}

/** Whether the plan's configuration may be on any instance: then what the tenant runs is not certain. */
export const mayRunTarget = ({ config }: Sent): boolean => Object.keys(config).length > 0;
