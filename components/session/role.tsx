'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { useOffline } from '@/components/live/socket';

/** What the person at this screen may do. */
export type Role = 'viewer' | 'operator' | 'admin';

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };
const Context = createContext<Role>('viewer');

export function RoleProvider({ role, children }: { role: Role; children: ReactNode }) {
  return <Context value={role}>{children}</Context>;
}

/** Why the role is not enough, or null. The server decides again; this only says so beforehand. */
export function useRoleRefusal(needed: Role = 'operator'): string | null {
  return RANK[useContext(Context)] < RANK[needed] ? `This needs the role ${needed}.` : null;
}

/** Why nothing may be asked for from here at all, or null: the role, or a connection that is away. */
export function useAskRefusal(): string | null {
  const role = useRoleRefusal();
  return useOffline() ?? role;
}
