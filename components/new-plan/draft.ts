import { numberIn, type Ordered } from '@/domain/condition';
import type { AtDeadline } from '@/domain/plan';
import type { PolicyChoice } from '@/domain/policies/choice';
import type { TenantChoice } from '@/domain/tenant-choice';
import type { Thresholds } from '@/domain/threshold';
import type { WaveGate } from '@/domain/wave';
import type { Inputs } from '@/server/api/router';

/** What has been filled in so far. Empty texts and nulls are decided by defaults. */
export type Draft = {
  choice: TenantChoice;
  /** Without those that another plan holds when this one is made. */
  leaveOutBusy: boolean;
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
  /** ISO 8601; null without a deadline. */
  finishBy: string | null;
  atDeadline: AtDeadline;
};

/** A wave as it is typed: what it is made of decides which of `amount` and `label` counts. */
export type DraftWave = {
  name: string;
  kind: 'count' | 'percent' | 'label' | 'eachOf';
  amount: number;
  /** Like "region=eu", or of `eachOf` like "region". */
  label: string;
  bakeMinutes: number;
  /** What is measured while it bakes; absent in drafts of a build that knew no gates. */
  gate?: DraftGate | null;
};

/** A metric gate as it is typed: one limit, and where the number stands when it is not Prometheus that answers. */
export type DraftGate = {
  url: string;
  json: string;
  limit: Ordered;
  bound: string;
  /** Where the old version is asked for the same; empty for nowhere. */
  baselineUrl: string;
  everySeconds: number;
  measurements: number;
  failureLimit: number;
  otherwise: WaveGate['otherwise'];
};

export const USUAL_GATE: DraftGate = {
  ...{ url: '', json: '', limit: 'atMost', bound: '', baselineUrl: '' },
  ...{ everySeconds: 30, measurements: 5, failureLimit: 0, otherwise: 'halt' },
};

export const EMPTY_DRAFT: Draft = {
  choice: [],
  leaveOutBusy: true,
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
  finishBy: null,
  atDeadline: 'hold',
};

/** A draft out of what was kept or handed over, also by a build that knew lists of ids alone. */
export function draftOf(kept: Partial<Draft> & { tenantIds?: string[] }): Draft {
  const { tenantIds, ...rest } = kept;
  const draft = { ...EMPTY_DRAFT, ...rest };
  return tenantIds?.length ? { ...draft, choice: [{ take: true, ids: tenantIds }] } : draft;
}

/** The waves as the server takes them. */
export function wavesOf({
  waves,
}: Pick<Draft, 'waves'>): NonNullable<Inputs['plans']['preview']['settings']>['waves'] {
  return waves.map(({ name, kind, amount, label, bakeMinutes, gate }) => ({
    ...(name.trim() ? { name: name.trim() } : {}),
    size:
      kind === 'label'
        ? { label: labelOf(label) }
        : kind === 'percent'
          ? { percent: amount }
          : kind === 'eachOf'
            ? { eachOf: label }
            : { count: amount },
    bakeSeconds: bakeMinutes * 60,
    ...(gate ? { gate: gateOf(gate) } : {}),
  }));
}

function gateOf({ url, json, limit, bound, baselineUrl, ...given }: DraftGate) {
  const query = (address: string) => ({
    url: address.trim(),
    ...(json.trim() ? { value: { json: json.trim() } } : {}),
  });
  // A number stays one; anything else is a template.
  const number = numberIn(bound);
  return {
    ...given,
    query: query(url),
    ...(baselineUrl.trim() ? { baseline: query(baselineUrl) } : {}),
    [limit]: number ?? bound.trim(),
  };
}

function labelOf(text: string): Record<string, string> {
  const at = text.indexOf('=');
  return at < 0 ? {} : { [text.slice(0, at)]: text.slice(at + 1) };
}

/** What the server is asked to preview and then to create; `unnamed` is its name where none is typed. */
export function requestOf(draft: Draft, unnamed: string): Omit<Inputs['plans']['preview'], 'onlyFindings'> {
  return {
    name: draft.name.trim() || unnamed,
    choice: draft.choice,
    leaveOutBusy: draft.leaveOutBusy,
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

/** What a step still needs before one can go on from it. */
export type Missing =
  | 'tenants'
  | 'unit'
  | 'version'
  | 'playbook'
  | { labelOfWave: number }
  | { gateOfWave: number };

/** Why one cannot go on from a step yet, or null. */
export function missingIn(step: number, draft: Draft): Missing | null {
  if (step === 1) return draft.choice.length === 0 ? 'tenants' : null;
  if (step === 2) {
    if (!draft.unitId) return 'unit';
    return draft.version ? null : 'version';
  }
  if (step === 3) {
    if (!draft.playbookId) return 'playbook';
    const unnamed = draft.waves.findIndex(({ kind, label }) => kind === 'label' && label === '');
    if (unnamed !== -1) return { labelOfWave: unnamed + 1 };
    const open = draft.waves.findIndex(({ gate }) => gate && (!gate.url.trim() || !gate.bound.trim()));
    return open === -1 ? null : { gateOfWave: open + 1 };
  }
  return null;
}
