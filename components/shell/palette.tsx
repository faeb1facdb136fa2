'use client';

import '@mantine/spotlight/styles.layer.css';
import { notifications } from '@mantine/notifications';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { Search } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ListedAction } from '@/components/actions/screen-actions';
import { useSay } from '@/components/i18n/said';
import classes from './commands.module.css';
import { type Entry, matching } from './palette-entries';
import { useFound } from './use-found';
import { usePaletteEntries } from './use-palette-entries';

const [store, spotlight] = createSpotlight();

/** Everything by name: what can be done on this screen, also what cannot be done now and why; places, plans, tenants. */
export function Palette(props: { nth: number; actions: ListedAction[]; onHelp: () => void }) {
  const t = useTranslations('palette');
  const [query, setQuery] = useState('');
  const entries = usePaletteEntries(props.actions, props.onHelp);
  const { found, searching } = useFound(query);
  const groups = [...matching(entries, query), ...found];
  // biome-ignore lint/correctness/useExhaustiveDependencies: each opening counts, also of the same.
  useEffect(() => spotlight.open(), [props.nth]);
  const listId = useId();
  const ids = groups.flatMap(({ entries: some }) => some.map(({ id }) => id)).join();
  // What was found later is in the list as well, and Enter does the first of it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it looks at the list that these ids make.
  useEffect(() => keepOneSelected(listId), [listId, ids, query]);
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      centered={false}
      yOffset="10dvh"
      scrollable
      maxHeight="min(70dvh, 560px)"
      attributes={{ content: { 'aria-label': t('title') } }}
    >
      <Spotlight.Search
        placeholder={t('placeholder')}
        aria-label={t('placeholder')}
        leftSection={<Search size={17} aria-hidden="true" />}
      />
      <Spotlight.ActionsList id={listId}>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.name} label={t(`groups.${group.name}`)}>
            {group.entries.map((entry) => (
              <Command key={entry.id} entry={entry} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && (
          <Spotlight.Empty>{searching ? t('searching') : t('nothing')}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** The library marks what is selected in the document, where a list that changes loses it. */
function keepOneSelected(listId: string): void {
  const actions = [...(document.getElementById(listId)?.querySelectorAll('[data-action]') ?? [])];
  const selected = Math.max(
    0,
    actions.findIndex((action) => action.hasAttribute('data-selected')),
  );
  actions[selected]?.setAttribute('data-selected', 'true');
  store.updateState((state) => ({ ...state, selected }));
}

function Command({ entry }: { entry: Entry }) {
  const t = useTranslations('palette.keys');
  const say = useSay();
  const { label, Icon, key, refusal } = entry;
  return (
    <Spotlight.Action
      className={classes.command}
      aria-disabled={refusal !== null || undefined}
      closeSpotlightOnTrigger={refusal === null}
      onClick={() => {
        if (refusal === null) entry.run();
        else notifications.show({ color: 'red', title: t('refused'), message: say(refusal) });
      }}
    >
      <span className={classes.row}>
        <Icon size={16} aria-hidden="true" />
        <span className={classes.words}>
          <span className={classes.label}>{label}</span>
          {(refusal ?? entry.hint) && <div className={classes.reason}>{say(refusal) ?? entry.hint}</div>}
        </span>
        {key && <kbd className={classes.key}>{key}</kbd>}
      </span>
    </Spotlight.Action>
  );
}
