import { createHash } from 'node:crypto';
import { CONFIG_KINDS, type ConfigKind, type PrunedKind } from '@/domain/config-changes';
import { Problems } from '@/server/commands/problems';
import type { ApiDeps } from '../trpc';
import { playbookDifferences, tenantDifferences, versionDifferences } from './catalogue-kinds';
import { checkedDocuments } from './check-documents';
import type { Difference } from './difference';
import type { Of, Placed } from './documents';
import { freezeDifferences, settingDifferences, webhookDifferences } from './operation-kinds';
import { Turns } from './turns';

export interface ConfigWanted {
  documents: readonly unknown[];
  prune: readonly PrunedKind[];
}

export interface Compared {
  /** In the order in which they are brought about; the digest names the change and the state that it was seen on. */
  differences: (Difference & { digest: string })[];
  /** How many of the documents say what is so already. */
  unchanged: number;
}

/** Checks the documents and compares them with what there is. Throws {@link InvalidInput} with all that is wrong. */
export async function compareConfig(deps: ApiDeps, { documents, prune }: ConfigWanted): Promise<Compared> {
  const checked = await checkedDocuments(documents);
  const problems = new Problems();
  const of = <Kind extends ConfigKind>(kind: Kind) => ({
    ...{ deps, problems, prune: (prune as readonly ConfigKind[]).includes(kind) },
    documents: checked.filter((one: Placed): one is Of<Kind> => one.kind === kind),
  });
  const found: Record<ConfigKind, Difference[]> = {
    Settings: await settingDifferences(of('Settings')),
    Version: await versionDifferences(of('Version')),
    Playbook: await playbookDifferences(of('Playbook')),
    Tenant: await tenantDifferences(of('Tenant')),
    Freeze: await freezeDifferences(of('Freeze')),
    Webhook: await webhookDifferences(of('Webhook')),
  };
  problems.throwIfAny();
  const all = CONFIG_KINDS.flatMap((kind) => found[kind]);
  const named = all.filter(({ action }) => action !== 'delete');
  // Freezes that are wanted hold before anything else changes; what goes, goes last.
  const ordered = [
    ...named.filter(({ kind }) => kind === 'Freeze'),
    ...named.filter(({ kind }) => kind !== 'Freeze'),
    ...all.filter(({ action }) => action === 'delete'),
  ];
  const differences: Compared['differences'] = [];
  const turns = new Turns();
  for (const one of ordered) {
    await turns.next();
    differences.push({ ...one, digest: digestOf(one) });
  }
  return { differences, unchanged: checked.length - named.length };
}

/** Names a difference among those of one comparison. */
export const keyOf = ({ kind, name }: Pick<Difference, 'kind' | 'name'>): string => `${kind} ${name}`;

const digestOf = ({ action, kind, name, stamp, fields }: Difference): string =>
  createHash('sha256')
    .update(JSON.stringify([action, kind, name, stamp, fields]))
    .digest('hex')
    .slice(0, 32);
