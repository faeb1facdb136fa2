import { expect, it } from 'vitest';
import { messagesFor } from '@/components/i18n/catalogue';
import { SSO_REFUSALS } from '@/domain/sso-refusal';

it('the login page has a sentence for every refusal, and for nothing else', () => {
  expect(Object.keys(messagesFor('en').auth.sso.refused).sort()).toEqual([...SSO_REFUSALS].sort());
});
