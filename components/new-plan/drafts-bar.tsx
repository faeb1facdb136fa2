'use client';

import { Button, Group, NativeSelect, Text } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Draft } from './draft';
import classes from './new-plan.module.css';
import { useDefaultName } from './use-default-name';
import type { useDrafts } from './use-drafts';

/** Says that this was begun earlier, and leads to the other drafts. Nothing where there is neither. */
export function DraftsBar({ drafts }: { drafts: ReturnType<typeof useDrafts> }) {
  const t = useTranslations('newPlan.drafts');
  const defaultName = useDefaultName();
  const { draft, id, others, restoredAt } = drafts;
  if (restoredAt === null && others.length === 0) return null;
  const nameOf = (one: Draft) => one.name.trim() || (one.version ? defaultName(one) : t('unnamed'));
  return (
    <section className={classes.drafts} aria-label={t('label')}>
      {restoredAt !== null && (
        <Text size="sm" role="status">
          {t('restored')} · <RelativeTime at={restoredAt} />
        </Text>
      )}
      <Group gap="sm">
        {others.length > 0 && (
          <NativeSelect
            size="xs"
            aria-label={t('choose')}
            value={id}
            onChange={(event) => drafts.open(event.currentTarget.value)}
            data={[
              { value: id, label: t('this', { name: nameOf(draft) }) },
              ...others.map((one) => ({ value: one.id, label: nameOf(one.draft) })),
            ]}
          />
        )}
        {restoredAt !== null && (
          <>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                drafts.forget();
                drafts.begin();
              }}
            >
              {t('discard')}
            </Button>
            <Button size="compact-sm" variant="subtle" onClick={drafts.begin}>
              {t('begin')}
            </Button>
          </>
        )}
      </Group>
    </section>
  );
}
