'use client';

import { type ComponentType, useState } from 'react';
import type { Zone } from '@/components/session/preferences';
import { AccountButton, type Viewer } from './account-button';

type Account = { viewer: Viewer; zone: Zone; version: string };

/** The person, their preferences, and the way out; all but the button comes with the first click. */
export function AccountMenu(account: Account) {
  const [Dropdown, setDropdown] = useState<ComponentType<Account> | null>(null);
  if (Dropdown) return <Dropdown {...account} />;
  const open = async () => {
    const { AccountDropdown } = await import('./account-dropdown');
    setDropdown(() => AccountDropdown);
  };
  return <AccountButton viewer={account.viewer} aria-haspopup="menu" onClick={() => void open()} />;
}
