import { expect, it } from 'vitest';
import { kindsOfSteps } from './registry';
import { stepForms } from './step-forms';

it('has a form for every kind of step, with both connectors where there are two', () => {
  expect(stepForms().map(({ type }) => type)).toEqual(kindsOfSteps().map(({ type }) => type));
  const connectors = stepForms().map(({ type, settings }) => {
    const shapes = (settings.oneOf ?? [settings]) as { properties: Record<string, { const?: string }> }[];
    return [type, ...shapes.map(({ properties }) => properties.connector?.const)];
  });
  expect(connectors).toEqual([
    ['config-update', 'http', 'redis'],
    ['broadcast', 'http', 'redis'],
    ['health-check', 'http', 'redis', 'sql'],
    ['http-request', 'http'],
    ['metric-gate', undefined],
    ['sql', undefined],
    ['amqp', undefined],
    ['wait', undefined],
    ['approval', undefined],
  ]);
});
