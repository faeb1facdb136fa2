'use client';

import { notifications } from '@mantine/notifications';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { screenActions } from '@/components/actions/screen-actions';
import { useRoleRefusal } from '@/components/session/role';
import { shortcutsEnabled } from '@/components/session/shortcuts';
import { GO_TO } from './go-to';
import { KeySequence, keyName } from './key-names';
import { PLACES } from './places';

const CREATE = '/plans/new';

/** Hears every key of the console, once. What a screen does with a key comes first; a grid keeps those it has handled. */
export function useShortcuts(open: { palette: () => void; help: () => void }): void {
  const router = useRouter();
  const t = useTranslations('palette.keys');
  const refusal = useRoleRefusal();
  useEffect(() => {
    const sequence = new KeySequence();
    const hint = (message: string) => notifications.show({ message });

    function everywhere(name: string): boolean {
      if (name === '?') open.help();
      else if (name === '/') {
        if (!focusFilter()) hint(t('noFilter'));
      } else if (name === 'c') {
        if (refusal === null) router.push(CREATE);
        else notifications.show({ color: 'red', title: t('refused'), message: refusal });
      } else {
        void hintElsewhere(name);
        return false;
      }
      return true;
    }

    /** A key that means something on the page of a plan; which do is in a table that few need. */
    async function hintElsewhere(name: string): Promise<void> {
      const { ACTION_KEYS } = await import('./shortcut-table');
      if (ACTION_KEYS.includes(name)) hint(t('elsewhere', { key: name }));
    }

    function hear(event: KeyboardEvent) {
      if (event.defaultPrevented || event.repeat || event.isComposing || inDialog(event)) return;
      const name = keyName(event);
      if (name === 'mod+k') {
        event.preventDefault();
        open.palette();
        return;
      }
      if (name === null || isTyping(event) || !(shortcutsEnabled() || name === 'Escape')) return;
      const whole = sequence.take(name, event.timeStamp);
      if (whole !== null && (screenActions()?.press(whole) || everywhere(whole))) event.preventDefault();
    }

    /** The second key of two is nobody else's. */
    function hearSecond(event: KeyboardEvent) {
      if (!sequence.waits(event.timeStamp) || inDialog(event) || isTyping(event)) return;
      const name = keyName(event);
      // Shift comes by itself before the letter it is held for.
      if (name === null || event.key === 'Shift') return;
      const place = GO_TO[sequence.take(name, event.timeStamp) as keyof typeof GO_TO];
      event.preventDefault();
      event.stopPropagation();
      if (place) router.push(PLACES[place].href);
    }

    document.addEventListener('keydown', hearSecond, true);
    document.addEventListener('keydown', hear);
    return () => {
      document.removeEventListener('keydown', hearSecond, true);
      document.removeEventListener('keydown', hear);
    };
  }, [open, refusal, router, t]);
}

const TYPED_IN =
  'textarea, select, [contenteditable="true"], input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])';

const closest = ({ target }: KeyboardEvent, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

const isTyping = (event: KeyboardEvent) => closest(event, TYPED_IN);

const inDialog = (event: KeyboardEvent) =>
  closest(event, '[role="dialog"], [role="menu"], [role="listbox"]') ||
  document.querySelector('[aria-modal="true"]') !== null;

function focusFilter(): boolean {
  const field = document.querySelector<HTMLInputElement>(
    '#content input[type="search"], #content input[type="text"][aria-label], #content input:not([type])[aria-label]',
  );
  field?.focus();
  field?.select();
  return field !== null;
}
