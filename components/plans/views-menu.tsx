'use client';

import { Button, Group, NativeSelect } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type PlanFilter, type PlanViewOf, readViews, sameFilter, USUAL_VIEWS, withView } from './plan-views';
import classes from './plans.module.css';

const ViewDialog = dynamic(() => import('./view-dialog').then((module) => module.ViewDialog));

const KEY = 'switchyard-plan-views';
const usual = Object.keys(USUAL_VIEWS) as (keyof typeof USUAL_VIEWS)[];

/** Filters by name: two that everybody has, and those that were saved in this browser. */
export function ViewsMenu(props: { filter: PlanFilter; onChoose: (filter: PlanFilter) => void }) {
  const { filter, onChoose } = props;
  const t = useTranslations('plans.views');
  const [views, setViews] = useLocalStorage<PlanViewOf[]>({
    key: KEY,
    defaultValue: [],
    deserialize: readViews,
  });
  const [saving, setSaving] = useState(false);
  const all = [
    ...usual.map((name) => ({ key: name, label: t(name), view: USUAL_VIEWS[name] })),
    ...views.map((view) => ({ key: `own ${view.name}`, label: view.name, view })),
  ];
  const shown = all.find(({ view }) => sameFilter({ q: view.q, status: [...view.status] }, filter));
  const own = shown?.key.startsWith('own ') ? shown : undefined;
  const narrowed = filter.q !== '' || filter.status.length > 0;
  return (
    <Group gap="xs">
      <NativeSelect
        className={classes.choice}
        aria-label={t('label')}
        value={shown?.key ?? ''}
        data={[
          { value: '', label: narrowed ? t('unsaved') : t('all') },
          ...all.map(({ key, label }) => ({ value: key, label })),
        ]}
        onChange={(event) => {
          const chosen = all.find(({ key }) => key === event.currentTarget.value)?.view;
          onChoose(chosen ? { q: chosen.q, status: [...chosen.status] } : { q: '', status: [] });
        }}
      />
      {narrowed && !shown && (
        <Button variant="default" onClick={() => setSaving(true)}>
          {t('save')}
        </Button>
      )}
      {own && (
        <Button
          variant="subtle"
          onClick={() => setViews((before) => before.filter(({ name }) => name !== own.label))}
        >
          {t('forget')}
        </Button>
      )}
      {saving && (
        <ViewDialog
          onClose={() => setSaving(false)}
          onSave={(name) => {
            setViews((before) => withView(before, { name, ...filter }));
            setSaving(false);
          }}
        />
      )}
    </Group>
  );
}
