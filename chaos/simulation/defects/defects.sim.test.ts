import { expect, it, vi } from 'vitest';
import { modelStore } from '../model/store';
import { simulate } from '../simulate';
import { DEFECTS, type Defect } from './defects';

vi.mock('@/db/queries/runs', () => import('../model/queries'));
vi.mock('@/db/queries/execution', () => import('../model/queries'));
vi.mock('@/db/queries/planning', () => import('../model/queries'));
vi.mock('@/server/steps/registry', () => import('../fake-steps'));
vi.mock('@/server/steps/live-version', () => import('../fake-live-version'));

/** A defect that shows itself less often than this would be one that the simulation does not find. */
const MOST_RUNS = 4000;

/** The runs it takes until the promise is seen broken; null when none of them shows it. */
async function runsUntilFound({
  plans,
  hooks,
  transition,
  fenced,
  page,
  breaks,
  from = 1,
}: Defect): Promise<number | null> {
  for (let seed = from; seed < from + MOST_RUNS; seed += 1) {
    const { violations } = await simulate({
      seed,
      plans,
      store: modelStore(hooks),
      ...(transition && { transition }),
      ...(fenced !== undefined && { fenced }),
      ...(page && { page }),
    });
    if (violations.some((one) => one.invariant === breaks)) return seed - from + 1;
  }
  return null;
}

it.each(DEFECTS.map((defect) => [defect.name, defect] as const))('finds that %s', async (name, defect) => {
  const runs = await runsUntilFound(defect);
  console.log(`${name}: ${defect.breaks} is broken in run ${runs}`);
  expect(runs).not.toBeNull();
});
