import { EmptyState } from '@/components/ui/empty-state';
import { requestTranslator } from './request';

/** Sent along with every page, so it is made of plain markup. */
export default async function NotFound() {
  const t = await requestTranslator();
  return (
    <main>
      <EmptyState
        heading={1}
        title={t('shell.notFound.title')}
        actions={<a href="/plans">{t('shell.notFound.back')}</a>}
      >
        {t('shell.notFound.body')}
      </EmptyState>
    </main>
  );
}
