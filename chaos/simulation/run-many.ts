import { randomInt } from 'node:crypto';
import type { Violation } from '../check/history';
import {
  FAULTS,
  type FaultCounts,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from './simulate';

export interface Summary {
  runs: number;
  firstSeed: number;
  /** How many different orders of events there were. */
  interleavings: number;
  decisions: number;
  faults: FaultCounts;
  /** The first runs that broke a promise. */
  broken: { seed: number; violations: Violation[] }[];
}

const MOST_BROKEN = 5;

/** Runs one seed after the other, and says in a line what came of it. */
export async function simulateMany(
  name: string,
  runs: number,
  optionsOf: (seed: number) => SimulationOptions,
): Promise<Summary> {
  const only = process.env.SIMULATION_SEED;
  const firstSeed = only === undefined ? 1 : only === 'random' ? randomInt(2 ** 30) : Number(only);
  const count = Number(process.env.SIMULATION_RUNS ?? (only === undefined || only === 'random' ? runs : 1));
  const orders = new Set<number>();
  const faults = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as FaultCounts;
  const broken: Summary['broken'] = [];
  let decisions = 0;
  for (let seed = firstSeed; seed < firstSeed + count && broken.length < MOST_BROKEN; seed += 1) {
    const result = await simulate(optionsOf(seed));
    orders.add(result.hash);
    decisions += result.decisions;
    for (const fault of FAULTS) faults[fault] += result.faults[fault];
    if (result.violations.length === 0) continue;
    broken.push({ seed, violations: result.violations });
    if (count === 1) tell(result);
  }
  const told = FAULTS.map((fault) => `${fault} ${faults[fault]}`).join(', ');
  console.log(
    `${name}: ${count} runs from seed ${firstSeed}, ${orders.size} different interleavings, ${decisions} decisions, ${broken.length} runs broke a promise; faults: ${told}`,
  );
  for (const { seed, violations } of broken)
    console.log(
      `  SIMULATION_SEED=${seed}: ${violations.map((one) => `${one.invariant} ${one.message}`).join(' | ')}`,
    );
  return { runs: count, firstSeed, interleavings: orders.size, decisions, faults, broken };
}

/** The whole log of one run, to follow it by hand. */
function tell({ history }: SimulationResult): void {
  for (const { planSeq, taskId, planId, kind, status, actor, at, payload } of history.events)
    console.log(
      `${at.toISOString().slice(14, 23)} ${taskId ?? planId} ${planSeq} ${kind} ${status} by ${actor} ${JSON.stringify(payload)}`,
    );
}
