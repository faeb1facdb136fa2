import { describe, expect, it } from 'vitest';
import { ERROR_TYPES } from '@/domain/failure';
import { keepsCheckpoints } from './checkpoint';
import {
  type CompletionPolicy,
  DEFAULT_POLICIES,
  effectivePolicies,
  type PausePolicy,
  type PolicyChoice,
  type RetryPolicy,
} from './choice';
import { completes } from './completion';
import { roundsInARow } from './health-check';
import { pausesAfterWave, pausesBefore } from './pause';
import { retryDelaySeconds } from './retry';
import { rollsBack } from './rollback';

describe('retry', () => {
  it.each([
    [{ kind: 'none' }, [null, null]],
    [{ kind: 'fixed', attempts: 2, delaySeconds: 30 }, [30, 30, null]],
    [{ kind: 'fixed', attempts: 1, delaySeconds: 0 }, [0, null]],
    [{ kind: 'fixed', attempts: 0, delaySeconds: 30 }, [null]],
    [{ kind: 'exponential', attempts: 5, baseSeconds: 10, maxSeconds: 60 }, [10, 20, 40, 60, 60, null]],
  ] as [RetryPolicy, (number | null)[]][])('%o waits %o', (policy, expected) => {
    expect(expected.map((_, retries) => retryDelaySeconds(policy, retries))).toEqual(expected);
  });
});

describe('pause', () => {
  it.each([
    [{ kind: 'none' }, false, [false, false]],
    [{ kind: 'beforeStage', stage: 'Reload' }, true, [false, false]],
    [{ kind: 'afterCanary' }, false, [true, false]],
  ] as [PausePolicy, boolean, boolean[]][])('%o', (policy, beforeReload, afterWaves) => {
    expect(pausesBefore(policy, 'Reload')).toBe(beforeReload);
    expect(pausesBefore(policy, 'Health')).toBe(false);
    expect(pausesBefore(policy, undefined)).toBe(false);
    expect([0, 1].map((wave) => pausesAfterWave(policy, wave))).toEqual(afterWaves);
  });
});

describe('completion', () => {
  const share = (percent: number): CompletionPolicy => ({ kind: 'percent', percent });
  it.each([
    [{ kind: 'all' } as const, 3, 3, true],
    [{ kind: 'all' } as const, 2, 3, false],
    [{ kind: 'all' } as const, 0, 0, false],
    [share(50), 1, 2, true],
    [share(50), 49, 99, false],
    [share(95), 95, 100, true],
    [share(95), 94, 100, false],
    [share(0), 0, 5, false],
    [share(0), 1, 5, true],
  ])('%o: %i of %i is %s', (policy, completed, counted, expected) => {
    expect(completes(policy, completed, counted)).toBe(expected);
  });
});

describe('rollback', () => {
  it('automatic is for every failure but those that a person has to judge', () => {
    const kept = ERROR_TYPES.filter((type) => !rollsBack({ kind: 'automatic' }, type));
    expect([...kept].sort()).toEqual(['DRIFT', 'IN_DOUBT']);
  });

  it('manual is for none', () => {
    expect(ERROR_TYPES.filter((type) => rollsBack({ kind: 'manual' }, type))).toEqual([]);
  });
});

it('health-check and checkpoint say what they are', () => {
  expect(roundsInARow({ kind: 'allInOneRound' })).toBe(1);
  expect(roundsInARow({ kind: 'consecutiveRounds', rounds: 4 })).toBe(4);
  expect(keepsCheckpoints({ kind: 'eachStage' })).toBe(true);
  expect(keepsCheckpoints({ kind: 'none' })).toBe(false);
});

describe('the choice', () => {
  const PLAN: Required<PolicyChoice> = {
    retry: { kind: 'fixed', attempts: 1, delaySeconds: 5 },
    pause: { kind: 'afterCanary' },
    completion: { kind: 'percent', percent: 90 },
    rollback: { kind: 'automatic' },
    healthCheck: { kind: 'consecutiveRounds', rounds: 2 },
    checkpoint: { kind: 'none' },
  };
  const KEYS = Object.keys(DEFAULT_POLICIES) as (keyof PolicyChoice)[];

  it.each(KEYS)('of %s: the plan before the playbook before the default', (key) => {
    const plan = { [key]: PLAN[key] };
    const playbook = { [key]: { kind: 'playbook' } } as unknown as PolicyChoice;
    expect(effectivePolicies(plan, playbook)).toEqual({ ...DEFAULT_POLICIES, ...plan });
    expect(effectivePolicies({}, playbook)).toEqual({ ...DEFAULT_POLICIES, ...playbook });
    expect(effectivePolicies({}, plan)).toEqual({ ...DEFAULT_POLICIES, ...plan });
  });

  it('of nothing is the default of each', () => {
    expect(effectivePolicies()).toEqual(DEFAULT_POLICIES);
    expect(Object.values(DEFAULT_POLICIES).map(({ kind }) => kind)).toEqual([
      'none',
      'none',
      'all',
      'manual',
      'allInOneRound',
      'eachStage',
    ]);
  });
});
