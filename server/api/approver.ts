import type { Database } from '@/db/client';
import { makerOf, namesBehind } from '@/db/queries/makers';
import type { Decider } from '@/db/queries/waiting';
import type { Approver } from '@/domain/approval';
import { atLeast, type Principal } from '@/server/auth/principal';

/** Who decides, whichever plan it is about; null for somebody who may decide nothing. */
export async function deciderOf(db: Database, principal: Principal | null): Promise<Decider | null> {
  if (!principal || !atLeast(principal.role, 'operator')) return null;
  const { kind, id, email, role } = principal;
  return {
    id: `${kind} ${id}`,
    role: atLeast(role, 'admin') ? 'admin' : 'operator',
    person: kind === 'user',
    groups: principal.groups ?? [],
    names: email === undefined ? [] : await namesBehind(db, email),
  };
}

/** Whom an approval about this plan comes from; of a plan that does not exist nobody is the maker. */
export async function approverOf(db: Database, principal: Principal, planId: string): Promise<Approver> {
  const decider = await deciderOf(db, principal);
  if (!decider) throw new Error(`${principal.kind} ${principal.id} may approve nothing.`);
  const maker = decider.person ? await makerOf(db, planId) : null;
  return { ...decider, maker: maker !== null && decider.names.includes(maker) };
}
