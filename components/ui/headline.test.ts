import fc from 'fast-check';
import { createTranslator } from 'use-intl';
import { expect, it } from 'vitest';
import { messagesFor } from '@/components/i18n/catalogue';
import { type Headline, headlineText } from '@/domain/plan-words';
import { wordHeadline } from './headline';

const KINDS = [
  'failed',
  'failedAndBack',
  'notBack',
  'switching',
  'goingBack',
  'paused',
  'waiting',
  'backOnPurpose',
  'cancelled',
  'leftOut',
] as const;

const headline: fc.Arbitrary<Headline> = fc.record({
  lead: fc.constantFrom('checked' as const, 'toSwitch' as const, 'switched' as const, 'back' as const),
  count: fc.nat(3000),
  of: fc.nat(3000),
  ended: fc.constant(null),
  open: fc.boolean(),
  parts: fc.array(
    fc.record({ kind: fc.constantFrom(...KINDS), count: fc.integer({ min: 1, max: 20_000 }) }),
    {
      maxLength: 3,
    },
  ),
});

const words = (locale: 'en' | 'zh-CN') =>
  createTranslator({ locale, messages: messagesFor(locale), namespace: 'outcomes' });

it('says in English what the domain says', () => {
  fc.assert(
    fc.property(headline, (told) => {
      expect(wordHeadline(told, words('en'))).toBe(headlineText(told));
    }),
  );
  for (const ended of ['cancelled', 'closed'] as const)
    for (const count of [0, 1, 2]) {
      const told: Headline = { lead: 'switched', count, of: 2, ended, open: false, parts: [] };
      expect(wordHeadline(told, words('en'))).toBe(headlineText(told));
    }
});

it('says all of it in Chinese', () => {
  const told: Headline = {
    ...{ lead: 'switched', count: 46, of: 48, ended: 'cancelled', open: false },
    parts: KINDS.map((kind) => ({ kind, count: 1200 })),
  };
  const text = wordHeadline(told, words('zh-CN'));
  expect(text).toMatch(/^已取消，48 个租户中已切换 46 个：1,200 个失败、/);
  expect(text).not.toMatch(/[a-z]/i);
});
