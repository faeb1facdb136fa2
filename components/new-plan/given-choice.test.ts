import { expect, it } from 'vitest';
import { givenDraft } from './given-choice';

const NOTHING = { tenants: null, unit: null, version: null, playbook: null };

it('reads ids, labels or everybody from a link', () => {
  const choiceOf = (tenants: string) => givenDraft({ ...NOTHING, tenants }).choice;
  expect(choiceOf('acme-eu,acme-us')).toEqual([{ take: true, ids: ['acme-eu', 'acme-us'] }]);
  expect(choiceOf('region=eu,region=us,tier=gold')).toEqual([
    { take: true, filter: { labels: { region: ['eu', 'us'], tier: ['gold'] } } },
  ]);
  expect(choiceOf('all')).toEqual([{ take: true, filter: {} }]);
});

it('leaves alone what the link does not say', () => {
  expect(givenDraft({ ...NOTHING, unit: 'router', version: 'v2' })).toEqual({
    unitId: 'router',
    version: 'v2',
  });
  expect(givenDraft({ ...NOTHING, unit: 'router' })).toEqual({});
});
