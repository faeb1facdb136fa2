'use client';

import { Text } from '@mantine/core';
import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { PasskeyElsewhere } from '@/components/session/passkey-elsewhere';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/data-table';
import { RowActions } from '@/components/table/row-actions';
import { Section } from '@/components/table/section';
import { ActionButton } from '@/components/ui/action-button';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import { RowAction } from '@/components/ui/row-action';

const AddDialog = dynamic(() => import('./passkey-dialogs').then((module) => module.AddPasskeyDialog));
const RemoveDialog = dynamic(() => import('./passkey-dialogs').then((module) => module.RemovePasskeyDialog));

/** A passkey, as its owner knows it. */
export interface Passkey {
  id: string;
  name: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** What one signs in with in place of password and code. */
export function Passkeys({ passkeys, origin }: { passkeys: readonly Passkey[]; origin: string | null }) {
  const t = useTranslations('secondFactor.passkeys');
  const [open, setOpen] = useState<'add' | 'elsewhere' | Passkey | null>(null);
  // A full load: the session is another one, or leads out of the console.
  const dialog = { onClose: () => setOpen(null), onDone: () => location.reload() };
  const columns = usePasskeyColumns(setOpen);
  return (
    <>
      <Section
        title={t('title')}
        about={t('about')}
        action={
          origin !== null && (
            <ActionButton
              variant="default"
              size="xs"
              refusal={null}
              onClick={() => setOpen(location.origin === origin ? 'add' : 'elsewhere')}
            >
              {t('add')}
            </ActionButton>
          )
        }
      >
        {origin === null && <Text c="dimmed">{t('impossible')}</Text>}
        {open === 'elsewhere' && origin !== null && (
          <Problem kind="info">
            <PasskeyElsewhere origin={origin} path="/settings/profile" />
          </Problem>
        )}
        {(origin !== null || passkeys.length > 0) && (
          <DataTable
            name="passkeys"
            label={t('list')}
            columns={columns}
            rows={passkeys}
            keyOf={({ id }) => id}
            pending={false}
            empty={t('none')}
          />
        )}
      </Section>
      {open === 'add' && <AddDialog {...dialog} />}
      {open !== null && typeof open === 'object' && (
        <RemoveDialog passkey={{ id: open.id, name: open.name ?? t('unnamed') }} {...dialog} />
      )}
    </>
  );
}

function usePasskeyColumns(onRemove: (passkey: Passkey) => void): readonly Column<Passkey>[] {
  const t = useTranslations('secondFactor.passkeys');
  return useMemo((): Column<Passkey>[] => {
    const named = ({ name }: Passkey) => name ?? t('unnamed');
    return [
      {
        id: 'name',
        name: t('name'),
        fixed: true,
        track: 'minmax(0, 1.5fr)',
        value: named,
        cell: (passkey) => <b>{named(passkey)}</b>,
      },
      {
        id: 'added',
        name: t('added'),
        value: ({ createdAt }) => createdAt,
        cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      },
      {
        id: 'used',
        name: t('used'),
        value: ({ lastUsedAt }) => lastUsedAt,
        cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : '–'),
      },
      {
        id: 'actions',
        name: '',
        fixed: true,
        track: 'max-content',
        cell: (passkey) => (
          <RowActions>
            <RowAction word={t('remove')} of={named(passkey)} onClick={() => onRemove(passkey)} />
          </RowActions>
        ),
      },
    ];
  }, [t, onRemove]);
}
