import type { PolicyChoice } from './policies/choice';
import type { Thresholds } from './threshold';
import type { WaveDefinition } from './wave';

/** What a plan may set for its tasks; null or absent leaves the decision to the next layer (SPEC 8). */
export interface PlanSettings {
  maxRetry: number | null;
  healthIntervalSeconds: number | null;
  healthAttempts: number | null;
  policies?: PolicyChoice | undefined;
  waves?: WaveDefinition[] | undefined;
  thresholds?: Thresholds | undefined;
  /** Compare what runs with what is on record before sending and before rolling back; on unless switched off. */
  driftGuard?: boolean | undefined;
  /** Sends the version that is on record again, to instances that no longer run it. */
  reconcile?: boolean | undefined;
}

/** The values that every layer may set. */
export interface AppSettings {
  maxConcurrency: number;
  maxRetry: number;
  healthIntervalSeconds: number;
  healthAttempts: number;
  healthPath: string;
  versionKey: string;
  heartbeatSeconds: number;
}

export type SettingKey = keyof AppSettings;

export const DEFAULT_SETTINGS: AppSettings = {
  maxConcurrency: 10,
  maxRetry: 3,
  healthIntervalSeconds: 3,
  healthAttempts: 10,
  healthPath: '/health',
  versionKey: 'version',
  heartbeatSeconds: 10,
};

/** What the numbers among them may be; whole ones, but for the seconds between two looks. */
export const SETTING_LIMITS = {
  maxConcurrency: { min: 1, max: 1000 },
  maxRetry: { min: 0, max: 100 },
  healthIntervalSeconds: { min: 0, max: 3600 },
  healthAttempts: { min: 1, max: 1000 },
  heartbeatSeconds: { min: 1, max: 3600 },
} as const satisfies Partial<Record<SettingKey, { min: number; max: number }>>;

/** Where a value can come from, the first that says anything wins (SPEC 8). */
export const SETTING_LAYERS = ['tenant', 'plan', 'playbook', 'settings', 'environment', 'default'] as const;
export type SettingLayer = (typeof SETTING_LAYERS)[number];

type LayerValues = { [K in SettingKey]?: AppSettings[K] | null | undefined };
/** What each layer says; the defaults need not be given. */
export type SettingLayers = Partial<Record<Exclude<SettingLayer, 'default'>, LayerValues>>;

export interface EffectiveSetting<K extends SettingKey = SettingKey> {
  value: AppSettings[K];
  source: SettingLayer;
}

/** What a plan says, as a layer. */
export const planLayer = ({
  maxRetry,
  healthIntervalSeconds,
  healthAttempts,
}: PlanSettings): LayerValues => ({
  maxRetry,
  healthIntervalSeconds,
  healthAttempts,
});

/** The value that holds and the layer it came from. A layer that says null or nothing is passed over. */
export function effectiveSetting<K extends SettingKey>(layers: SettingLayers, key: K): EffectiveSetting<K> {
  for (const source of SETTING_LAYERS) {
    const value = source === 'default' ? DEFAULT_SETTINGS[key] : layers[source]?.[key];
    if (value !== null && value !== undefined) return { value: value as AppSettings[K], source };
  }
  return { value: DEFAULT_SETTINGS[key], source: 'default' };
}
