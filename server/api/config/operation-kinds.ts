import type { z } from 'zod';
import { readSettings } from '@/db/queries/config-documents';
import { readFreezes } from '@/db/queries/execution';
import { AUDIT_DAYS, OVERRIDE_RULE, START_PROTECTION } from '@/db/queries/settings';
import { fieldChanges } from '@/domain/config-changes';
import type { Freeze } from '@/domain/freeze';
import { DEFAULT_SETTINGS } from '@/domain/settings';
import type { Problems } from '@/server/commands/problems';
import { openAddress, recipientsIn, shownAddress } from '@/server/notifications/webhook-address';
import { allWebhooks } from '@/server/notifications/webhooks';
import type { approvalRule } from '../approval-rule';
import { createInput, misplaced } from '../notification-inputs';
import type { startProtection } from '../start-protection';
import type { ApiDeps } from '../trpc';
import { addProblem } from './check-documents';
import type { Comparing, Difference } from './difference';
import type { Of } from './documents';
import { differencesInTurns, Turns } from './turns';

/** Settings that documents speak of; whom a second factor is required of, and keys, concern people. */
const DOCUMENTED: ReadonlySet<string> = new Set([
  ...Object.keys(DEFAULT_SETTINGS),
  START_PROTECTION,
  OVERRIDE_RULE,
  AUDIT_DAYS,
]);

/** As they are given; the other values of a document are plain. */
type Protection = z.output<typeof startProtection>;
type Rule = z.output<typeof approvalRule>;
const RULES: ReadonlySet<string> = new Set([START_PROTECTION, OVERRIDE_RULE]);
/** Those that the command for the values of plans sets. */
const isValue = (key: string) => !RULES.has(key) && key !== AUDIT_DAYS;

/** What the settings page says of what documents speak of. */
export async function documentedSettings(deps: Pick<ApiDeps, 'db'>): Promise<Record<string, unknown>> {
  const all = await readSettings(deps.db);
  return Object.fromEntries(
    Object.entries(all)
      .filter(([key]) => DOCUMENTED.has(key))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** There is one document of them: null takes a value back, and so does `prune` what it does not name. */
export async function settingDifferences({
  deps,
  documents,
  prune,
}: Comparing<'Settings'>): Promise<Difference[]> {
  const [document] = documents;
  if (!document) return [];
  const before = await documentedSettings(deps);
  const unnamed = prune ? Object.keys(before).filter((key) => !Object.hasOwn(document.spec, key)) : [];
  const wanted = { ...Object.fromEntries(unnamed.map((key) => [key, null])), ...document.spec };
  const fields = fieldChanges(before, { ...before, ...wanted });
  if (fields.length === 0) return [];
  const changed = new Set(fields.map(({ field }) => field.split('.')[0]));
  const values = Object.fromEntries(
    Object.entries(wanted).filter(([key]) => isValue(key) && changed.has(key)),
  ) as Record<string, string | number | null>;
  return [
    {
      ...{ action: 'update', kind: 'Settings', name: document.name, fields, stamp: JSON.stringify(before) },
      make: async ({ settings }) => {
        if (Object.keys(values).length > 0) await settings.set({ values });
        if (changed.has(START_PROTECTION))
          await settings.protectStart({
            protection: (document.spec.startProtection ?? null) as Protection | null,
          });
        if (changed.has(AUDIT_DAYS))
          await settings.keepAudit({ days: (document.spec.auditDays ?? null) as number | null });
        if (changed.has(OVERRIDE_RULE))
          await settings.guardOverrides({ rule: (document.spec.freezeOverride ?? null) as Rule | null });
        return null;
      },
    },
  ];
}

/** A freeze is never changed: the wanted one begins to hold before the other one ends. */
export async function freezeDifferences({
  deps,
  documents,
  prune,
  problems,
}: Comparing<'Freeze'>): Promise<Difference[]> {
  const { freezes } = await readFreezes(deps.db);
  const byName = onlyOnes(freezes, 'freezes', { documents, prune, problems });
  const shown = new Map([...byName].map(([name, one]) => [name, freezeSpec(one)]));
  const wanted = new Map(documents.map(({ name, spec }) => [name, spec]));
  const found = await differencesInTurns(wanted, shown, { prune });
  return found.map(({ action, name, after, fields }) => {
    const freezeId = byName.get(name)?.freezeId;
    return {
      ...{ action, kind: 'Freeze', name, fields, stamp: freezeId ?? 'none' },
      make: async (commands) => {
        const spec = wanted.get(name);
        if (after && spec) await commands.freezes.create({ ...spec, name });
        if (freezeId !== undefined) await commands.freezes.remove({ freezeId });
        return null;
      },
    };
  });
}

export const freezeSpec = ({ tenantId, labels, window }: Freeze) => ({ tenantId, labels, window });

type StoredWebhook = Awaited<ReturnType<typeof allWebhooks>>[number];

/** What documents say of a webhook or e-mail; its address and its secret are nobody's to read. */
export function webhookSpec(deps: Pick<ApiDeps, 'secretBox'>, stored: StoredWebhook) {
  const { kind, topics, format, own, digestSeconds, quiet, enabled } = stored;
  return {
    ...(kind === 'email' ? { recipients: recipientsIn(openAddress(deps.secretBox, stored)) } : { format }),
    ...{ topics: topics.toSorted(), digestSeconds, enabled },
    ...(own ? { own } : {}),
    ...(quiet ? { quiet } : {}),
  };
}

export async function webhookDifferences({
  deps,
  documents,
  prune,
  problems,
}: Comparing<'Webhook'>): Promise<Difference[]> {
  const all = await allWebhooks(deps.db);
  const byName = onlyOnes(all, 'notifications', { documents, prune, problems });
  const turns = new Turns();
  for (const document of documents) {
    await turns.next();
    checkWebhook(document, byName.get(document.name), problems);
  }
  const actual = new Map([...byName].map(([name, one]) => [name, { ...webhookSpec(deps, one) } as object]));
  const specs = new Map(documents.map(({ name, spec }) => [name, spec]));
  const wanted = new Map(
    documents.map(
      ({ name, spec: { url: _url, secret: _secret, topics, own, quiet, ...rest } }): [string, object] => [
        name,
        {
          ...rest,
          ...(topics ? { topics: topics.toSorted() } : {}),
          // They go together: a preset has nothing of one's own.
          ...(rest.format || own !== undefined ? { own: own ?? null } : {}),
          ...(quiet === undefined ? {} : { quiet }),
        },
      ],
    ),
  );
  const differences = await differencesInTurns(wanted, actual, { prune });
  const found = new Map(differences.map((one) => [one.name, one]));
  return [...new Set([...wanted.keys(), ...found.keys()])].flatMap((name): Difference[] => {
    const stored = byName.get(name);
    const spec = specs.get(name);
    const difference = found.get(name);
    const fields = [...(difference?.fields ?? []), ...hiddenChanges(deps, stored, spec)];
    if (!difference && fields.length === 0) return [];
    return [
      {
        ...{ action: difference?.action ?? 'update', kind: 'Webhook', name, fields },
        stamp: stored ? JSON.stringify(stored) : 'none',
        make: async ({ notifications }) => {
          const webhookId = stored?.webhookId;
          if (webhookId === undefined) {
            const made = await notifications.create(newWebhook(name, spec ?? {}));
            return made.secret;
          }
          if (spec) await notifications.update({ webhookId, ...spec });
          else await notifications.remove({ webhookId });
          return null;
        },
      },
    ];
  });
}

type WebhookSpec = Of<'Webhook'>['spec'];

/** Checked by the procedure itself: it is made of whatever the document says. */
function newWebhook(name: string, { quiet, ...spec }: WebhookSpec) {
  const kind = spec.recipients ? ('email' as const) : ('webhook' as const);
  return { kind, name, ...spec, ...(quiet ? { quiet } : {}) } as Parameters<typeof createInput.parse>[0] & {
    name: string;
    topics: NonNullable<WebhookSpec['topics']>;
  };
}

function checkWebhook(document: Of<'Webhook'>, stored: StoredWebhook | undefined, problems: Problems): void {
  const { spec, name } = document;
  const wrong = stored
    ? misplaced(stored.kind, spec).map(({ path, message }) => ({ path: [path], message }))
    : (createInput.safeParse(newWebhook(name, spec)).error?.issues ?? []);
  for (const { path, message } of wrong)
    addProblem(problems, document, ['spec', ...(path as (string | number)[])], message);
}

/** What is kept sealed is compared where it is given, and only that it is another one is told. */
function hiddenChanges(
  deps: ApiDeps,
  stored: StoredWebhook | undefined,
  { url, secret }: WebhookSpec = {},
): Difference['fields'] {
  const address = stored && openAddress(deps.secretBox, stored);
  const kept = stored && secret !== undefined ? deps.secretBox.open(stored.webhookId, stored.secret) : null;
  return [
    url === undefined || url === address
      ? []
      : [{ field: 'url', before: address ? shownAddress(address) : null, after: shownAddress(url) }],
    secret === undefined || secret === kept
      ? []
      : [{ field: 'secret', before: stored ? 'hidden' : null, after: 'another' }],
  ].flat();
}

/** By name, where it is the name of one alone. */
function onlyOnes<Thing extends { name: string }>(
  things: readonly Thing[],
  what: 'freezes' | 'notifications',
  given: { documents: readonly { name: string; at: number }[]; prune: boolean; problems: Problems },
): Map<string, Thing> {
  const byName = new Map(things.map((one) => [one.name, one]));
  const often = new Map<string, number>();
  for (const { name } of things) often.set(name, (often.get(name) ?? 0) + 1);
  for (const [name, count] of often) {
    if (count === 1) continue;
    const document = given.documents.find((one) => one.name === name);
    const message = `there are ${count} ${what} called "${name}": give them names of their own first`;
    if (document) addProblem(given.problems, document, ['name'], message);
    else if (given.prune) given.problems.add({ field: 'prune', message: `prune: ${message}` });
  }
  return byName;
}
