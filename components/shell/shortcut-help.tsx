'use client';

import { CloseButton, Modal, Switch } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { rememberShortcuts, useShortcutsEnabled } from '@/components/session/shortcuts';
import classes from './commands.module.css';
import { SHORTCUTS, type Shortcut } from './shortcut-table';

const KINDS = ['everywhere', 'goTo', 'actions', 'grid'] as const;

/** Every key with what it does, made from the tables that decide it, and the switch for those of one letter. */
export function ShortcutHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useTranslations('palette.keys');
  const wordsOf = useShortcutWords();
  const on = useShortcutsEnabled();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      size="lg"
      attributes={{ content: { 'aria-label': t('title') } }}
    >
      <div className={classes.head}>
        <h2>{t('title')}</h2>
        <CloseButton aria-label={t('close')} onClick={onClose} />
      </div>
      <div className={classes.groups}>
        {KINDS.map((kind) => (
          <section key={kind} className={classes.group}>
            <h3>{t(`kinds.${kind}`)}</h3>
            <dl>
              {SHORTCUTS.filter((shortcut) => shortcut.kind === kind).map((shortcut) => (
                <div key={shortcut.key} className={classes.line}>
                  <dt>
                    <kbd className={classes.key}>{shownKey(shortcut.key)}</kbd>
                  </dt>
                  <dd>{wordsOf(shortcut)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        mt="lg"
        label={t('on')}
        description={t('onHint')}
        checked={on}
        onChange={(event) => rememberShortcuts(event.currentTarget.checked)}
      />
    </Modal>
  );
}

function useShortcutWords(): (shortcut: Shortcut) => string {
  const t = useTranslations('palette.keys');
  const places = useTranslations('shell.nav');
  const verbs = useTranslations('actions.verb');
  return (shortcut) => {
    switch (shortcut.kind) {
      case 'everywhere':
        return t(`everywhere.${shortcut.name}`);
      case 'goTo':
        return places(shortcut.name);
      case 'actions':
        return shortcut.names.map((name) => verbs(name)).join(t('or'));
      case 'grid':
        return t(`grid.${shortcut.name}`);
    }
  };
}

/** A key as it is written on keyboards. */
const shownKey = (key: string): string =>
  key.replace('mod+k', 'Ctrl/⌘ K').replace('+C', ' C').replace('+B', ' B');
