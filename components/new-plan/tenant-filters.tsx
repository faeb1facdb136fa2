'use client';

import { Button, FileButton, Group, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ClipboardPaste, Upload } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import { SearchField } from '@/components/table/filters';
import { LabelFilter } from '@/components/table/label-filter';
import classes from './new-plan.module.css';
import { idsInCsv } from './read-ids';

/** What tenants are looked for by, as it is typed. */
export interface Looked {
  q: string;
  /** Like "region=eu". */
  labels: string[];
  /** Like "router v2". */
  notOn: string;
}

/** Words, labels and the version they do not have yet; or ids from a list. */
export function TenantFilters(props: {
  looked: Looked;
  onChange: (part: Partial<Looked>) => void;
  onPaste: () => void;
  onIds: (ids: string[]) => void;
}) {
  const { looked, onChange } = props;
  const t = useTranslations('newPlan.tenants');
  const trpc = useTRPC();
  const units = useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }));
  const all = useWhole(units) ?? [];
  return (
    <div className={classes.tools}>
      <SearchField
        label={t('search')}
        placeholder={t('searchHint')}
        value={looked.q}
        onChange={(q) => onChange({ q })}
      />
      <LabelFilter value={looked.labels} onChange={(labels) => onChange({ labels })} />
      <NativeSelect
        aria-label={t('notOn')}
        value={looked.notOn}
        onChange={(event) => onChange({ notOn: event.currentTarget.value })}
        data={[
          { value: '', label: t('anyVersion') },
          ...all.flatMap(({ unitId, name, versions }) =>
            versions.map(({ version }) => ({
              value: `${unitId} ${version}`,
              label: t('notYetOn', { unit: name, version }),
            })),
          ),
        ]}
      />
      <Group gap="sm">
        <Button
          variant="default"
          leftSection={<ClipboardPaste size={15} aria-hidden="true" />}
          onClick={props.onPaste}
        >
          {t('paste')}
        </Button>
        <FileButton
          accept=".csv,.txt,text/csv,text/plain"
          onChange={async (file) => file && props.onIds(idsInCsv(await file.text()))}
        >
          {(button) => (
            <Button {...button} variant="default" leftSection={<Upload size={15} aria-hidden="true" />}>
              {t('upload')}
            </Button>
          )}
        </FileButton>
      </Group>
    </div>
  );
}
