'use client';

import { useTranslations } from 'use-intl';

/** What a setting is called. One that has no words here goes by its own name, so that a new one can be edited at once. */
export function useFieldWords(): (name: string) => string {
  const t = useTranslations('playbooks.field');
  type Name = Parameters<typeof t>[0];
  return (name) => (t.has(name as Name) ? t(name as Name) : name);
}
