import { Button } from '@mantine/core';
import { EmptyState } from '@/components/ui/empty-state';
import { requestTranslator } from './request';

export default async function NotFound() {
  const t = await requestTranslator();
  return (
    <main>
      <EmptyState
        title={t('shell.notFound.title')}
        actions={
          <Button component="a" href="/plans" variant="default">
            {t('shell.notFound.back')}
          </Button>
        }
      >
        {t('shell.notFound.body')}
      </EmptyState>
    </main>
  );
}
