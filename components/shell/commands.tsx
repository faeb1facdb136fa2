'use client';

import { UnstyledButton } from '@mantine/core';
import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type ListedAction, screenActions } from '@/components/actions/screen-actions';
import { nothing } from '@/components/ui/nothing';
import classes from './commands.module.css';
import { useShortcuts } from './use-shortcuts';

// Both come when they are first asked for.
const Palette = dynamic(() => import('./palette').then((module) => module.Palette), { loading: nothing });
const ShortcutHelp = dynamic(() => import('./shortcut-help').then((module) => module.ShortcutHelp), {
  loading: nothing,
});

/** The button of the palette, and the one listener for all keys. */
export function Commands() {
  const t = useTranslations('palette');
  const [opening, setOpening] = useState<{ nth: number; actions: ListedAction[] } | null>(null);
  const [help, setHelp] = useState(false);
  const helped = useRef(false);
  helped.current ||= help;
  const open = useMemo(
    () => ({
      // What has the focus says what can be done, and the palette takes it.
      palette: () =>
        setOpening((before) => ({
          nth: (before?.nth ?? 0) + 1,
          actions: screenActions()?.list() ?? [],
        })),
      help: () => setHelp(true),
    }),
    [],
  );
  useShortcuts(open);
  return (
    <>
      <UnstyledButton className={classes.button} onClick={open.palette} aria-keyshortcuts="Control+K Meta+K">
        <Search size={15} aria-hidden="true" />
        <span className={classes.word}>{t('open')}</span>
        <span className={classes.key} aria-hidden="true">
          Ctrl K
        </span>
      </UnstyledButton>
      {opening && <Palette nth={opening.nth} actions={opening.actions} onHelp={open.help} />}
      {helped.current && <ShortcutHelp opened={help} onClose={() => setHelp(false)} />}
    </>
  );
}
