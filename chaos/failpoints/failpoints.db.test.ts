import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Outcome, runScenario, spare } from './scenario';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = join(root, 'test-results', `killed-process-${process.pid}.cjs`);
const AT_ONCE = 2;

const spares: ChildProcess[] = [];
beforeAll(async () => {
  await build({
    absWorkingDir: root,
    entryPoints: ['chaos/failpoints/killed-process.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // With all packages in one file it starts in half the time. Some of them can only be bundled so.
    format: 'cjs',
    logLevel: 'warning',
  });
});
afterAll(() => {
  for (const child of spares) child.kill('SIGKILL');
  rmSync(program, { force: true });
});

function run(dieAt: string | null): Promise<Outcome> {
  const child = spares.pop() ?? spare(program);
  spares.push(spare(program));
  return runScenario(child, dieAt);
}

const GOOD = {
  versions: { switched: ['v2', 'v2'], undone: ['v1', 'v1'] },
  statuses: { task: 'ROLLED_BACK', plan: 'ROLLED_BACK' },
  violations: [],
};

describe('a process that dies', () => {
  it('at any point leaves nothing that another one cannot finish', async () => {
    const recorded = await run(null);
    expect(recorded).toMatchObject({ ...GOOD, died: false });
    const points = [...new Set(recorded.reached)];
    const left = [...points];
    const bad: Record<string, unknown> = {};
    const died: string[] = [];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let point = left.shift(); point !== undefined; point = left.shift()) {
          const { versions, statuses, violations, ...outcome } = await run(point);
          if (outcome.died) died.push(point);
          if (JSON.stringify({ versions, statuses, violations }) !== JSON.stringify(GOOD))
            bad[point] = { versions, statuses, violations };
        }
      }),
    );
    console.log(`killed at ${died.length} of ${points.length} points: ${points.join('; ')}`);
    expect(bad).toEqual({});
    expect(died.sort()).toEqual([...points].sort());
    // Commits and sends of every part of the way, from taking over to going to rest, so that a scenario that got shorter is noticed.
    expect(points).toEqual(
      expect.arrayContaining(WAYPOINTS.flatMap((one) => [`before ${one}`, `after ${one}`])),
    );
  });
});

const WAYPOINTS = [
  'commit of taking over',
  'commit TaskStarted+StageStarted+StepStarted Config',
  'send PUT /config to a-1',
  'send PUT /config to a-2',
  'commit StepSucceeded+StageSucceeded+TaskPaused Config',
  'commit TaskResumed',
  'commit TaskRetryStarted',
  'send POST /reload to a-2',
  'commit ProbeResult Health',
  'commit PlanCompleted',
  'commit TaskRollingBack',
  'commit PlanPartiallyFailed',
  'commit PlanRolledBack',
  'commit of going to rest',
  // It rests as well after the failure, and between the way there and the way back.
  'commit of taking over #2',
  'commit of taking over #3',
  'commit of going to rest #3',
];
