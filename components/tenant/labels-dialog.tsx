'use client';

import { Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTakeBack } from '@/components/actions/use-take-back';
import { useTRPC, useTRPCClient } from '@/components/api/client';
import { FormDialog } from '@/components/form/form-dialog';
import { ListRows } from '@/components/form/list-rows';
import { Problem } from '@/components/ui/problem';
import type { Inputs, Outputs } from '@/server/api/router';
import { ChangedTenants } from './changed-tenants';

type Row = { key: string; value: string; what: 'set' | 'remove' };
type Values = { labels: Row[] };
type Outcome = Outputs['tenants']['editLabels'];

const EMPTY: Row = { key: '', value: '', what: 'set' };
/** Long enough to look at what came of it; later the audit log offers the same. */
const OFFERED_MILLIS = 60_000;

/** Sets labels of many tenants or takes them away, after a look at what that does. */
export function LabelsDialog(props: {
  /** Whose labels: by id, or by what they are found with. */
  of: Pick<Inputs['tenants']['editLabels'], 'tenantIds' | 'filter' | 'except'>;
  count: number;
  onClose: () => void;
  onDone: () => void;
}) {
  const { onClose, onDone } = props;
  const t = useTranslations('tenants.labelsDialog');
  const words = useTranslations('form');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const takeBack = useTakeBack('labels');
  const [looked, setLooked] = useState<{ at: string; preview: Outcome } | null>(null);
  const seen = (values: Values) => (looked?.at === JSON.stringify(values) ? looked.preview : null);

  async function send(values: Values, requestId: string): Promise<Outcome> {
    const asked = { ...props.of, labels: labelsOf(values) };
    const preview = seen(values);
    setLooked(null);
    if (preview) return client.tenants.editLabels.mutate({ ...asked, expected: preview.changed, requestId });
    const answer = await client.tenants.editLabels.mutate({ ...asked, dryRun: true });
    setLooked({ at: JSON.stringify(values), preview: answer });
    return answer;
  }
  function done({ importId, changed }: Outcome) {
    if (importId === null) return;
    const undo = () => {
      notifications.hide(importId);
      void takeBack(importId);
    };
    notifications.show({
      id: importId,
      autoClose: OFFERED_MILLIS,
      message: (
        <Group gap="sm" justify="space-between" wrap="nowrap">
          <Text size="sm">{t('done', { count: changed })}</Text>
          <Button size="compact-sm" variant="default" flex="none" onClick={undo}>
            {t('takeBack')}
          </Button>
        </Group>
      ),
    });
    void queries.invalidateQueries(trpc.tenants.pathFilter());
    onDone();
    onClose();
  }
  return (
    <FormDialog<Values, Outcome>
      title={t('title', { count: props.count })}
      size="lg"
      onClose={onClose}
      start={{ labels: [EMPTY] }}
      check={({ labels }) => {
        const wrong: Record<string, string> = {};
        for (const [place, { key }] of labels.entries()) {
          const twice = labels.findIndex((one) => one.key.trim() === key.trim()) < place;
          if (key.trim() === '') wrong[`labels.${place}.key`] = words('missing');
          else if (twice) wrong[`labels.${place}.key`] = words('twice');
        }
        return wrong;
      }}
      send={send}
      onSent={done}
      place={(part, { labels }) => {
        const at = labels.findIndex(({ key }) => part === `labels.${key.trim()}`);
        return at < 0 ? null : `labels.${at}.value`;
      }}
      hold={(values) => (seen(values)?.changed === 0 ? t('nothing') : null)}
      submit={(values) => {
        const preview = seen(values);
        return preview ? t('submit', { count: preview.changed }) : t('preview');
      }}
      refused={t('refused')}
    >
      {(form) => {
        const preview = seen(form.values);
        return (
          <>
            <Text c="dimmed">{t('about')}</Text>
            <ListRows
              form={form}
              list="labels"
              empty={EMPTY}
              legend={t('key')}
              tracks="110px minmax(0, 1fr) minmax(0, 1.6fr)"
              more={t('more')}
              nameOf={(place) => `${t('key')} ${place + 1}`}
            >
              {(path, place) => (
                <>
                  <NativeSelect
                    aria-label={t('what')}
                    {...form.getInputProps(`${path}.what`)}
                    data={[
                      { value: 'set', label: t('set') },
                      { value: 'remove', label: t('remove') },
                    ]}
                  />
                  <TextInput
                    aria-label={`${t('key')} ${place + 1}`}
                    placeholder="region"
                    {...form.getInputProps(`${path}.key`)}
                    spellCheck={false}
                    data-autofocus={place === 0 || undefined}
                  />
                  <TextInput
                    aria-label={`${t('key')} ${place + 1}: ${t('value')}`}
                    placeholder="eu"
                    disabled={form.values.labels[place]?.what === 'remove'}
                    {...form.getInputProps(`${path}.value`)}
                    spellCheck={false}
                  />
                </>
              )}
            </ListRows>
            {preview && (
              <>
                <Problem kind="info">
                  {t('does', { changed: preview.changed, unchanged: preview.unchanged })}
                </Problem>
                <ChangedTenants changed={preview.changes} total={preview.changed} />
              </>
            )}
          </>
        );
      }}
    </FormDialog>
  );
}

function labelsOf({ labels }: Values): Record<string, string | null> {
  return Object.fromEntries(
    labels.map(({ key, value, what }) => [key.trim(), what === 'set' ? value.trim() : null]),
  );
}
