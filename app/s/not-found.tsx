import { requestPreferences, requestTranslator } from '@/app/request';
import { Brand } from '@/components/ui/brand';
import { EmptyState } from '@/components/ui/empty-state';
import { SchemeAgain } from '@/components/ui/scheme-again';
import classes from './not-found.module.css';

/** A link that opens nothing: unknown, expired and revoked look the same, and none leads further in. */
export default async function LinkOpensNothing() {
  const [t, { theme }] = await Promise.all([requestTranslator(), requestPreferences()]);
  return (
    <main className={classes.page}>
      <SchemeAgain theme={theme} />
      <Brand />
      <EmptyState heading={1} title={t('statusPage.nothing.title')}>
        {t('statusPage.nothing.body')}
      </EmptyState>
    </main>
  );
}
