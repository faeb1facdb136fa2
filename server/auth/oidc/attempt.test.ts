import { expect, it } from 'vitest';
import { SSO_REFUSALS as TOLD } from '@/components/auth/sso-refusal';
import { SSO_REFUSALS } from './attempt';

it('the login page has a sentence for every refusal, and for nothing else', () => {
  expect([...TOLD].sort()).toEqual([...SSO_REFUSALS].sort());
});
