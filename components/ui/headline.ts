import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import type { Headline, PlanSummary } from '@/domain/plan-words';

type Words = ReturnType<typeof useTranslations<'outcomes'>>;

/** How a plan stands in one sentence, in the language of the page; what an earlier build stored is told as it was. */
export function useHeadline(): (summary: Pick<PlanSummary, 'headline' | 'told'>) => string {
  const t = useTranslations('outcomes');
  const say = useSay();
  return ({ headline, told }) => (told ? wordHeadline(told, t) : say(headline));
}

/** @public The words of one headline; `t` has those of a language. */
export function wordHeadline(told: Headline, t: Words): string {
  const lead = withEnd(told, leadOf(told, t), t);
  if (told.parts.length === 0) return lead;
  const parts = told.parts.map(({ kind, count }) => t(`part.${kind}`, { count })).join(t('between'));
  return t(told.lead === 'toSwitch' ? 'toSwitchWithParts' : 'withParts', { lead, parts });
}

function leadOf({ lead, count, of, open }: Headline, t: Words): string {
  const one = count === 1 || of === 1;
  const all = of > 0 && count === of;
  if (lead === 'checked') return t('checked', { of });
  if (lead === 'toSwitch') return t('toSwitch', { count });
  if (lead === 'back') return all ? t('allBack', { of }) : t(one ? 'oneBack' : 'someBack', { count, of });
  if (all) return t('allSwitched', { of });
  return count === 0 && !open ? t('noneSwitched') : t(one ? 'oneSwitched' : 'someSwitched', { count, of });
}

/** What comes first is written as the beginning of a sentence, also where something is put before it. */
function withEnd({ ended }: Headline, lead: string, t: Words): string {
  if (ended === null) return lead;
  return t(ended, { lead: lead.charAt(0).toLocaleLowerCase('en') + lead.slice(1) });
}
