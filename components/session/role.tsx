'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { useTranslations } from 'use-intl';
import { usePast } from '@/components/live/moment';
import { useOffline } from '@/components/live/socket';
import type { Approver } from '@/domain/approval';
import { inWords, type LimitedTo } from '@/domain/limited-to';

/** Each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;

/** What the person at this screen may do. */
export type Role = (typeof ROLES)[number];

/** Who sits at this screen; `id` is their account, whatever they are called. */
interface Viewer {
  id: string;
  name: string;
  role: Role;
  /** Which tenants the role is about; null for all. */
  limitedTo: LimitedTo | null;
  /** The groups they are in at the provider. */
  groups: readonly string[];
}

const Context = createContext<Viewer>({ id: '', name: '', role: 'viewer', limitedTo: null, groups: [] });

export function ViewerProvider({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  return <Context value={viewer}>{children}</Context>;
}

/** The person at this screen as those who approve something about a plan that `madeBy` made are known. */
export function useApprover(madeBy: string): Approver {
  const { id, name, role, groups } = useContext(Context);
  const rank = role === 'admin' ? 'admin' : 'operator';
  return { id, names: [name], role: rank, person: true, maker: name === madeBy, groups };
}

/** Why the role is not enough, or null. The server decides again; this only says so beforehand. */
export function useRoleRefusal(needed: Role = 'operator'): string | null {
  const t = useTranslations('shell');
  return ROLES.indexOf(useContext(Context).role) < ROLES.indexOf(needed) ? t(`needsRole.${needed}`) : null;
}

/** Which tenants the rights of the person at this screen are about; null for all. */
export const useLimits = (): LimitedTo | null => useContext(Context).limitedTo;

/** Why something about the whole fleet may not be asked for, or null: the role, or rights for some tenants alone. */
export function useFleetRefusal(needed: Role = 'operator'): string | null {
  const t = useTranslations('shell');
  const role = useRoleRefusal(needed);
  const limits = useLimits();
  return role ?? (limits ? t('wholeFleet', { labels: inWords(limits) }) : null);
}

/** Why nothing may be asked for from here at all, or null: a moment of the past, the role, or a connection that is away. */
export function useAskRefusal(): string | null {
  const role = useRoleRefusal();
  const past = usePast();
  return useOffline() ?? past ?? role;
}
