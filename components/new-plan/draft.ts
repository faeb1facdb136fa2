'use client';

import { useLocalStorage } from '@mantine/hooks';
import { PLAN_DRAFT_KEY } from '@/components/session/plan-draft';
import type { PolicyChoice } from '@/domain/policies/choice';
import type { Thresholds } from '@/domain/threshold';
import type { WaveDefinition } from '@/domain/wave';
import type { Inputs } from '@/server/api/router';

/** What has been filled in so far. Empty texts and nulls are decided by defaults. */
export type Draft = {
  tenantIds: string[];
  unitId: string;
  version: string;
  playbookId: string;
  name: string;
  maxConcurrency: number | null;
  healthIntervalSeconds: number | null;
  healthAttempts: number | null;
  maxRetry: number | null;
  waves: DraftWave[];
  thresholds: Thresholds;
  policies: PolicyChoice;
  driftGuard: boolean;
  /** ISO 8601; null starts when somebody presses Start. */
  startAt: string | null;
};

/** A wave as it is typed: what it is made of decides which of `amount` and `label` counts. */
export type DraftWave = {
  name: string;
  kind: 'count' | 'percent' | 'label';
  amount: number;
  /** Like "region=eu". */
  label: string;
  bakeMinutes: number;
};

const EMPTY_DRAFT: Draft = {
  tenantIds: [],
  unitId: '',
  version: '',
  playbookId: '',
  name: '',
  maxConcurrency: null,
  healthIntervalSeconds: null,
  healthAttempts: null,
  maxRetry: null,
  waves: [],
  thresholds: {},
  policies: {},
  driftGuard: true,
  startAt: null,
};

/** The draft, kept by this browser until it has become a plan. */
export function useDraft() {
  const [draft, setDraft, forget] = useLocalStorage<Draft>({
    key: PLAN_DRAFT_KEY,
    defaultValue: EMPTY_DRAFT,
    deserialize: (text) => ({ ...EMPTY_DRAFT, ...read(text) }),
  });
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  return { draft, change, forget };
}

function read(text: string | undefined): Partial<Draft> {
  try {
    return JSON.parse(text ?? '{}') as Partial<Draft>;
  } catch {
    return {};
  }
}

/** The name a plan gets when none is typed. */
export function defaultName(draft: Draft): string {
  return `Switch ${draft.unitId} to ${draft.version}`;
}

/** The waves as the server takes them. */
function wavesOf({ waves }: Draft): WaveDefinition[] {
  return waves.map(({ name, kind, amount, label, bakeMinutes }) => ({
    ...(name.trim() ? { name: name.trim() } : {}),
    size:
      kind === 'label'
        ? { label: labelOf(label) }
        : kind === 'percent'
          ? { percent: amount }
          : { count: amount },
    bakeSeconds: bakeMinutes * 60,
  }));
}

function labelOf(text: string): Record<string, string> {
  const at = text.indexOf('=');
  return at < 0 ? {} : { [text.slice(0, at)]: text.slice(at + 1) };
}

/** What the server is asked to preview and then to create. */
export function requestOf(draft: Draft): Inputs['plans']['preview'] {
  return {
    name: draft.name.trim() || defaultName(draft),
    tenantIds: draft.tenantIds,
    unitId: draft.unitId,
    version: draft.version,
    playbookId: draft.playbookId,
    maxConcurrency: draft.maxConcurrency ?? undefined,
    settings: {
      maxRetry: draft.maxRetry,
      healthIntervalSeconds: draft.healthIntervalSeconds,
      healthAttempts: draft.healthAttempts,
      policies: draft.policies,
      waves: wavesOf(draft),
      thresholds: draft.thresholds,
      driftGuard: draft.driftGuard,
    },
  };
}

/** Why one cannot go on from a step yet, or null. */
export function missingIn(step: number, draft: Draft): string | null {
  if (step === 1) return draft.tenantIds.length === 0 ? 'Choose at least one tenant.' : null;
  if (step === 2) {
    if (!draft.unitId) return 'Choose what to switch.';
    return draft.version ? null : 'Choose the version to switch to.';
  }
  if (step === 3) {
    if (!draft.playbookId) return 'Choose a playbook.';
    const unnamed = draft.waves.findIndex(({ kind, label }) => kind === 'label' && label === '');
    return unnamed === -1 ? null : `Choose the label of wave ${unnamed + 1}.`;
  }
  return null;
}
