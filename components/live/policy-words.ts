import { tenants } from '@/components/ui/tenant-count';
import type { Policies } from '@/domain/policies/choice';
import type { Thresholds } from '@/domain/threshold';
import type { WaveDefinition } from '@/domain/wave';

export const POLICY_NAMES: Record<keyof Policies, string> = {
  retry: 'Retry',
  pause: 'Pause',
  completion: 'Completion',
  rollback: 'Rollback',
  healthCheck: 'Health check',
  checkpoint: 'Checkpoints',
};

export const POLICY_KEYS = Object.keys(POLICY_NAMES) as (keyof Policies)[];

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
const seconds = (count: number) => (count >= 60 && count % 60 === 0 ? `${count / 60} min` : `${count} s`);

/** What a policy does, in words; a kind that is new in the domain does not compile until it has some. */
const WORDS: {
  [K in keyof Policies]: {
    [Kind in Policies[K]['kind']]: (policy: Extract<Policies[K], { kind: Kind }>) => string;
  };
} = {
  retry: {
    none: () => 'An operator decides',
    fixed: ({ attempts, delaySeconds }) =>
      `By itself ${times(attempts)}, after ${seconds(delaySeconds)} each`,
    exponential: ({ attempts, baseSeconds, maxSeconds }) =>
      `By itself ${times(attempts)}, after ${seconds(baseSeconds)} doubling to ${seconds(maxSeconds)}`,
  },
  pause: {
    none: () => 'Does not stop by itself',
    beforeStage: ({ stage }) => `Each tenant stops before ${stage}`,
    afterCanary: () => 'The plan stops after its first wave',
  },
  completion: {
    all: () => 'Completed when every tenant is',
    percent: ({ percent }) => `Completed when ${percent} % of the tenants are`,
  },
  rollback: {
    manual: () => 'An operator decides',
    automatic: () => 'A tenant that fails goes back by itself',
  },
  healthCheck: {
    allInOneRound: () => 'One round in which every instance is good',
    consecutiveRounds: ({ rounds }) => `${rounds} good rounds in a row`,
  },
  checkpoint: {
    eachStage: () => 'A retry goes on after the last completed stage',
    none: () => 'A retry starts at the first stage',
  },
};

export function policyText<K extends keyof Policies>(key: K, policy: Policies[K]): string {
  // The table is exhaustive by its type; TypeScript cannot follow the two indices.
  const words = WORDS[key] as Record<string, (given: Policies[K]) => string>;
  return words[policy.kind]?.(policy) ?? '';
}

/** Each threshold that is set, as a sentence without its end. */
export function thresholdTexts({ failedCount, failedPercent, consecutive, sameError }: Thresholds): string[] {
  return [
    failedCount !== undefined && `${tenants(failedCount)} failed`,
    failedPercent !== undefined && `${failedPercent} % of the tenants failed`,
    consecutive !== undefined && `${tenants(consecutive)} failed in a row`,
    sameError !== undefined && `${tenants(sameError)} failed with the same error`,
  ].filter((text) => text !== false);
}

export function bakeText({ bakeSeconds }: Pick<WaveDefinition, 'bakeSeconds'>): string {
  return bakeSeconds === 0 ? 'none' : seconds(bakeSeconds);
}
