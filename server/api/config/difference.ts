import type { ConfigDifference, ConfigKind } from '@/domain/config-changes';
import type { FieldChange } from '@/domain/tenant-merge';
import type { Problems } from '@/server/commands/problems';
import { playbooks, tenants, versions } from '../routers/catalogue';
import { notifications } from '../routers/notifications';
import { freezes, settings } from '../routers/settings';
import { type ApiDeps, createCallerFactory, router } from '../trpc';
import type { Of } from './documents';

/** The procedures that change what documents speak of: what they check and put on record holds here as well. */
export const commandsFor = createCallerFactory(
  router({ tenants, versions, playbooks, notifications, settings, freezes }),
);
export type Commands = ReturnType<typeof commandsFor>;

/** One thing that is not as it is wanted, and how it gets there. */
export interface Difference {
  action: ConfigDifference<object>['action'];
  kind: ConfigKind;
  name: string;
  fields: FieldChange[];
  /** Tells the state that it was seen on from every other. */
  stamp: string;
  /** Answers with a secret that was made and is told this once. */
  make(commands: Commands): Promise<string | null>;
}

/** What one kind is compared on. */
export interface Comparing<Kind extends ConfigKind> {
  deps: ApiDeps;
  documents: readonly Of<Kind>[];
  /** Whether what no document names is to go. */
  prune: boolean;
  /** What speaks against it. */
  problems: Problems;
}
