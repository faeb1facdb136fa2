'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { useTranslations } from 'use-intl';
import { usePast } from '@/components/live/moment';
import { useOffline } from '@/components/live/socket';

/** Each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

/** What the person at this screen may do. */
export type Role = (typeof ROLES)[number];

const Context = createContext<Role>('viewer');

export function RoleProvider({ role, children }: { role: Role; children: ReactNode }) {
  return <Context value={role}>{children}</Context>;
}

/** Why the role is not enough, or null. The server decides again; this only says so beforehand. */
export function useRoleRefusal(needed: Role = 'operator'): string | null {
  const t = useTranslations('shell');
  return ROLES.indexOf(useContext(Context)) < ROLES.indexOf(needed) ? t(`needsRole.${needed}`) : null;
}

/** Why nothing may be asked for from here at all, or null: a moment of the past, the role, or a connection that is away. */
export function useAskRefusal(): string | null {
  const role = useRoleRefusal();
  const past = usePast();
  return useOffline() ?? past ?? role;
}
