/** The problems that somebody does not want to be shown again, by their keys, for each plan; the last plan first. */
export type Silenced = readonly { planId: string; causes: readonly string[] }[];

/** Old plans make room. */
const MOST_PLANS = 20;
const MOST_CAUSES = 100;

/** As they were stored; what cannot be read is as if nothing were silenced. */
export function readSilenced(text: string | undefined): Silenced {
  try {
    const stored: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(stored)) return [];
    return stored.flatMap((one: Partial<Silenced[number]> | null) =>
      typeof one?.planId === 'string' && Array.isArray(one.causes)
        ? { planId: one.planId, causes: one.causes.filter((cause) => typeof cause === 'string') }
        : [],
    );
  } catch {
    return [];
  }
}

export const silencedIn = (silenced: Silenced, planId: string): readonly string[] =>
  silenced.find((one) => one.planId === planId)?.causes ?? [];

/** With a problem of a plan silenced, or told again. */
export function withSilence(silenced: Silenced, planId: string, cause: string, on: boolean): Silenced {
  const others = silencedIn(silenced, planId).filter((one) => one !== cause);
  const causes = on ? [cause, ...others].slice(0, MOST_CAUSES) : others;
  const rest = silenced.filter((one) => one.planId !== planId);
  return causes.length === 0 ? rest : [{ planId, causes }, ...rest].slice(0, MOST_PLANS);
}
