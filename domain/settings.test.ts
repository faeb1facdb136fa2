import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  effectiveSetting,
  planLayer,
  SETTING_LAYERS,
  type SettingKey,
  type SettingLayers,
} from './settings';

const SAYING = SETTING_LAYERS.filter((layer) => layer !== 'default');
const layersFrom = (first: number): SettingLayers =>
  Object.fromEntries(
    SAYING.slice(first).map((layer, index) => [layer, { maxRetry: 10 * (first + index) + 1 }]),
  );

describe('the effective value', () => {
  it.each(SAYING.map((layer, index) => [layer, index] as const))(
    'of %s wins over every layer after it',
    (layer, index) => {
      expect(effectiveSetting(layersFrom(index), 'maxRetry')).toEqual({
        value: 10 * index + 1,
        source: layer,
      });
    },
  );

  it('is the default where nobody says anything', () => {
    for (const key of Object.keys(DEFAULT_SETTINGS) as SettingKey[])
      expect(effectiveSetting({}, key)).toEqual({ value: DEFAULT_SETTINGS[key], source: 'default' });
  });

  it.each([null, undefined])('passes over a layer that says %s', (nothing) => {
    expect(
      effectiveSetting({ tenant: { maxRetry: nothing }, settings: { maxRetry: 7 } }, 'maxRetry'),
    ).toEqual({
      value: 7,
      source: 'settings',
    });
  });

  it('takes a zero for what it is', () => {
    expect(effectiveSetting({ plan: { healthIntervalSeconds: 0 } }, 'healthIntervalSeconds')).toEqual({
      value: 0,
      source: 'plan',
    });
  });

  it('is found for each key by itself', () => {
    const layers: SettingLayers = { tenant: { healthPath: '/up' }, plan: { healthAttempts: 2 } };
    expect(effectiveSetting(layers, 'healthPath').source).toBe('tenant');
    expect(effectiveSetting(layers, 'healthAttempts').source).toBe('plan');
    expect(effectiveSetting(layers, 'versionKey').source).toBe('default');
  });
});

it('the layer of a plan has what a plan may set, and nothing of its policies', () => {
  const settings = { maxRetry: 1, healthIntervalSeconds: null, healthAttempts: 4, driftGuard: false };
  expect(planLayer(settings)).toEqual({ maxRetry: 1, healthIntervalSeconds: null, healthAttempts: 4 });
});

it('the defaults are those that are documented', () => {
  expect(DEFAULT_SETTINGS).toEqual({
    maxConcurrency: 10,
    maxRetry: 3,
    healthIntervalSeconds: 3,
    healthAttempts: 10,
    healthPath: '/health',
    versionKey: 'version',
    heartbeatSeconds: 10,
  });
});
