import { expect, it } from 'vitest';
import { createPlanInput, playbookDefinition } from '@/server/api/inputs';
import { Random } from '../random';
import { readHostileOptions } from './options';
import { drawPlanSettings, drawPlaybook } from './playbooks';

it('draws playbooks and plans that anybody may write', async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = new Random(seed);
    const { error } = await playbookDefinition.safeParseAsync(drawPlaybook(random));
    expect(error?.issues ?? []).toEqual([]);
    const plan = { name: 'x', unitId: 'router', version: 'v1', playbookId: 'book' };
    const parsed = createPlanInput.safeParse({ ...plan, settings: drawPlanSettings(random) });
    expect(parsed.error?.issues ?? []).toEqual([]);
  }
});

it('repeats a run from its flags and refuses what it does not know', () => {
  expect(readHostileOptions(['--hostile', '--short', '--seed', '7'])).toMatchObject({ seed: 7, plan: 12 });
  expect(() => readHostileOptions(['--hostile', '--kills', '1'])).toThrow();
});
