import { type Place, WHOLE } from './outline-edit';

/** Something that is wrong with a playbook, and where. */
export interface PlaybookProblem {
  /** Like "stages.0.steps.1.request.url". */
  field: string;
  message: string;
}

/** The stage or step that a problem is in, or what stands beside them, and the rest of its path; null where it concerns all. */
export function placeOf(field: string): (Place & { rest: string }) | null {
  const match = /^(?:definition\.)?stages\.(\d+)(?:\.steps\.(\d+))?\.?(.*)$/.exec(field);
  const beside = /^(?:definition\.)?((?:policies|settings)\b.*)$/.exec(field)?.[1];
  if (beside !== undefined) return { ...WHOLE, rest: beside };
  if (!match) return null;
  const [, stage, step, rest = ''] = match;
  return { stage: Number(stage), step: step === undefined ? null : Number(step), rest };
}

/** What is wrong within one stage or step, by the path from there. */
export function problemsAt(problems: readonly PlaybookProblem[], place: Place): Map<string, string> {
  const within = new Map<string, string>();
  for (const { field, message } of problems) {
    const at = placeOf(field);
    if (at?.stage !== place.stage || at.step !== place.step) continue;
    const before = within.get(at.rest);
    within.set(at.rest, before ? `${before} ${message}` : message);
  }
  return within;
}
