'use client';

import { useLocalStorage } from '@mantine/hooks';
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
};

/** The draft, kept by this browser until it has become a plan. */
export function useDraft() {
  const [draft, setDraft, forget] = useLocalStorage<Draft>({
    key: 'switchyard-draft-plan',
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
  if (step === 3) return draft.playbookId ? null : 'Choose a playbook.';
  return null;
}
