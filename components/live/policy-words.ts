import { useMemo } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { Locale } from '@/components/i18n/locale';
import { formatDuration } from '@/components/ui/duration';
import type { Policies } from '@/domain/policies/choice';
import type { Thresholds } from '@/domain/threshold';
import { type WaveDefinition, type WaveGate, waveName } from '@/domain/wave';

type Translate = ReturnType<typeof useTranslations<'rules'>>;

export const POLICY_KEYS = [
  'retry',
  'pause',
  'completion',
  'rollback',
  'healthCheck',
  'checkpoint',
] as const satisfies (keyof Policies)[];

/** Says the rules of a plan in the language of the page. */
export interface RuleWords {
  name: (key: keyof Policies) => string;
  policy: <K extends keyof Policies>(key: K, policy: Policies[K]) => string;
  /** Each threshold that is set, as a sentence without its end. */
  thresholds: (thresholds: Thresholds) => string[];
  bake: (wave: Pick<WaveDefinition, 'bakeSeconds' | 'gate'>) => string;
  /** How often a wave is measured, and what follows: "measured 5 times, every 30s, else halted". */
  gate: (gate: Pick<WaveGate, 'measurements' | 'everySeconds' | 'otherwise'>) => string;
  /** The given name of a wave, else what makes it. */
  wave: (waves: readonly WaveDefinition[], wave: number) => string;
}

export function useRuleWords(): RuleWords {
  const t = useTranslations('rules');
  const locale = useLocale();
  return useMemo(() => ruleWords(t, locale), [t, locale]);
}

function ruleWords(t: Translate, locale: Locale): RuleWords {
  const length = (seconds: number) => formatDuration(seconds * 1000, locale);
  const gateText: RuleWords['gate'] = ({ measurements: count, everySeconds, otherwise }) =>
    t('gated', { count, every: length(everySeconds), otherwise });
  return {
    name: (key) => t(`names.${key}`),
    policy: (key, policy) => policyText(t, length, key, policy),
    thresholds: ({ failedCount, failedPercent, consecutive, sameError }) =>
      [
        failedCount !== undefined && t('threshold.failedCount', { count: failedCount }),
        failedPercent !== undefined && t('threshold.failedPercent', { percent: String(failedPercent) }),
        consecutive !== undefined && t('threshold.consecutive', { count: consecutive }),
        sameError !== undefined && t('threshold.sameError', { count: sameError }),
      ].filter((text) => text !== false),
    bake: ({ bakeSeconds, gate }) => {
      if (bakeSeconds === 0 && gate) return gateText(gate);
      const bake = bakeSeconds === 0 ? t('noBake') : length(bakeSeconds);
      return gate ? `${bake}; ${gateText(gate)}` : bake;
    },
    gate: gateText,
    wave: (waves, wave) => {
      const definition = waves[wave];
      if (!definition) return t(waves.length === 0 ? 'wave.all' : 'wave.rest');
      if (!definition.name && 'count' in definition.size)
        return t('wave.size', { count: definition.size.count });
      return waveName(waves, wave);
    },
  };
}

/** What a policy does, in words; a kind that is new in the domain does not compile until it has some. */
const WORDS: {
  [K in keyof Policies]: {
    [Kind in Policies[K]['kind']]: (
      policy: Extract<Policies[K], { kind: Kind }>,
      t: Translate,
      length: (seconds: number) => string,
    ) => string;
  };
} = {
  retry: {
    none: (_, t) => t('policy.retry.none'),
    fixed: ({ attempts, delaySeconds }, t, length) =>
      t('policy.retry.fixed', { attempts, delay: length(delaySeconds) }),
    exponential: ({ attempts, baseSeconds, maxSeconds }, t, length) =>
      t('policy.retry.exponential', { attempts, base: length(baseSeconds), most: length(maxSeconds) }),
  },
  pause: {
    none: (_, t) => t('policy.pause.none'),
    beforeStage: ({ stage }, t) => t('policy.pause.beforeStage', { stage }),
    afterCanary: (_, t) => t('policy.pause.afterCanary'),
  },
  completion: {
    all: (_, t) => t('policy.completion.all'),
    percent: ({ percent }, t) => t('policy.completion.percent', { percent: String(percent) }),
  },
  rollback: {
    manual: (_, t) => t('policy.rollback.manual'),
    automatic: (_, t) => t('policy.rollback.automatic'),
  },
  healthCheck: {
    allInOneRound: (_, t) => t('policy.healthCheck.allInOneRound'),
    consecutiveRounds: ({ rounds }, t) =>
      t('policy.healthCheck.consecutiveRounds', { rounds: String(rounds) }),
  },
  checkpoint: {
    eachStage: (_, t) => t('policy.checkpoint.eachStage'),
    none: (_, t) => t('policy.checkpoint.none'),
  },
};

function policyText<K extends keyof Policies>(
  t: Translate,
  length: (seconds: number) => string,
  key: K,
  policy: Policies[K],
): string {
  // The table is exhaustive by its type; TypeScript cannot follow the two indices.
  const words = WORDS[key] as Record<
    string,
    (given: Policies[K], t: Translate, length: (seconds: number) => string) => string
  >;
  return words[policy.kind]?.(policy, t, length) ?? '';
}
