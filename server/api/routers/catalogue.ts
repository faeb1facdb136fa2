import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { recordAudit } from '@/db/queries/audit';
import {
  countTenants,
  createVersion,
  currentVersions,
  getTenant,
  HISTORY_ORDER,
  labelValues,
  listPlaybooks,
  listTenants,
  listUnits,
  listVersions,
  PLAYBOOK_ORDER,
  PLAYBOOK_VERSION_ORDER,
  playbookVersions,
  savePlaybook,
  TENANT_ORDERS,
  tenantHistory,
  tenantIdsWhere,
  UNIT_ORDER,
  VERSION_ORDER,
} from '@/db/queries/catalogue';
import { findPlaybook, findVersion } from '@/db/queries/planning';
import { deleteSecret, insertSecret, secretNames } from '@/db/queries/secrets';
import { chosenIds, countChosen } from '@/db/queries/tenant-choice';
import { removeTenant } from '@/db/queries/tenant-writes';
import type { PlaybookDefinition } from '@/domain/playbook';
import type { Principal } from '@/server/auth/principal';
import { editLabels, editTenant } from '@/server/commands/edit-tenants';
import { reconcile } from '@/server/commands/reconcile';
import { importTenants, saveTenant } from '@/server/commands/save-tenants';
import { takeBackImport } from '@/server/commands/take-back-import';
import { checkDriftNow } from '@/server/fleet/check-drift';
import { fieldName, problemsOf } from '@/server/input/closed-input';
import { CommandRefused, InvalidInput } from '@/server/input/refused';
import { stepForms } from '@/server/steps/step-forms';
import { tenantReconcile } from '../action-inputs';
import { groupsOfNobody, warningsOfPlaybook } from '../approval-rule';
import { found, refusedByGuard } from '../expected';
import { givenTenants } from '../import-input';
import {
  choiceInput,
  givenPlaybook,
  MAX_TENANTS_PER_PLAN,
  nothing,
  readable,
  slug,
  tenantFilter,
  tenantId,
  versionName,
  versionWrite,
} from '../inputs';
import { pageInput, sortedPageInput } from '../page-input';
import { plainJson } from '../plain-json';
import { playbookForm } from '../playbook-schema';
import { refuseCostlyPlaybook } from '../template-limits';
import { importInput, labelsEdit, tenantEdit, tenantUpsert, undoImportInput } from '../tenant-inputs';
import { editor, judged, middleware, router, theirs } from '../trpc';

const secretName = z
  .string()
  .regex(/^[A-Za-z_]\w{0,63}$/, 'must be 1 to 64 letters, digits or _, not beginning with a digit');
/** The largest number the column can hold. */
const MAX_VERSION = 2_147_483_647;

/** A shorter one would stand in half of all messages, and could be guessed. */
const MIN_SECRET = 8;
const secretValue = z
  .string()
  .min(
    MIN_SECRET,
    `has fewer than ${MIN_SECRET} characters: so short a value cannot be kept out of messages, and can be guessed`,
  )
  .max(8192);

export const tenants = router({
  list: theirs.viewer
    .input(
      sortedPageInput(tenantFilter.shape, TENANT_ORDERS, 'tenantId', { usual: 1000, most: 10_000 }).prefault(
        {},
      ),
    )
    .query(async ({ ctx, input }) => plainJson(await listTenants(ctx.deps.db, input))),

  /** For headings: how many there are, and how many are drifted. */
  counts: theirs.viewer.input(nothing).query(({ ctx }) => countTenants(ctx.deps.db)),

  labels: theirs.viewer.input(nothing).query(({ ctx }) => labelValues(ctx.deps.db)),

  /** Ids of all tenants that fit: ids are short, so none is kept back. */
  select: theirs.viewer.input(tenantFilter).query(({ ctx, input }) => tenantIdsWhere(ctx.deps.db, input)),

  /** What a choice of tenants comes to, and what it has of those that are looked at. A mutation only because it may be long. */
  chosen: theirs.viewer
    .input(z.strictObject({ choice: choiceInput.choice, shown: tenantFilter.default({}) }))
    .mutation(({ ctx, input }) => countChosen(ctx.seen, input.choice, input.shown)),

  get: theirs.viewer.input(z.strictObject({ tenantId })).query(async ({ ctx, input }) => {
    const tenant = found(await getTenant(ctx.deps.db, input.tenantId), 'tenant', input.tenantId);
    return { ...tenant, secrets: await secretNames(ctx.deps.db, input.tenantId) };
  }),

  /** Asks the tenants' instances now what they run; those that a task holds are left out. */
  checkDrift: theirs.operator
    .input(z.strictObject({ tenantIds: z.array(tenantId).min(1, 'Name at least one tenant.').max(500) }))
    .mutation(async ({ ctx, input: { tenantIds } }) => {
      const { db } = ctx.deps;
      const outcome = { tenants: tenantIds.length };
      await recordAudit(db, {
        actor: ctx.actor,
        action: 'tenant.checkDrift',
        target: tenantIds[0] ?? '',
        outcome,
      });
      return checkDriftNow(ctx.deps, tenantIds);
    }),

  /** Sends what is on record again to instances that no longer run it, in plans of their own. */
  reconcile: theirs.operator
    .input(tenantReconcile)
    .mutation(async ({ ctx, input: { selector, ...rest } }) => {
      const labelled = selector ? await tenantIdsWhere(ctx.seen, { labels: selector }) : [];
      const tenantIds = [...new Set([...rest.tenantIds, ...labelled])];
      return reconcile(ctx.deps, { ...rest, tenantIds, actor: ctx.actor });
    }),
  history: theirs.viewer
    .input(z.strictObject({ tenantId, ...pageInput(HISTORY_ORDER, { usual: 200, most: 1000 }) }))
    .query(async ({ ctx, input }) => {
      const history = await tenantHistory(ctx.deps.db, input.tenantId, input);
      // A removed tenant keeps its history.
      if (history.total === 0) found(await getTenant(ctx.deps.db, input.tenantId), 'tenant', input.tenantId);
      return history;
    }),

  upsert: judged.editor
    .input(tenantUpsert)
    .mutation(async ({ ctx, input: { replace, basedOn, ...given } }) => {
      await saveTenant(ctx.deps.db, given, { ...byWhom(ctx), replace, basedOn });
      return { tenantId: given.tenantId };
    }),

  /** Changes parts of one that exists, by key. */
  update: theirs.editor
    .input(tenantEdit)
    .mutation(({ ctx, input: { tenantId, requestId, basedOn, ...edit } }) =>
      editTenant(ctx.deps.db, tenantId, edit, { ...byWhom(ctx), requestId, basedOn }),
    ),

  /** Labels of many: all of them or none. It is taken back as an import is. */
  editLabels: theirs.editor.input(labelsEdit).mutation(async ({ ctx, input }) => {
    const { filter, except, ...rest } = input;
    const left = new Set(except);
    const found = filter ? await tenantIdsWhere(ctx.seen, filter) : (input.tenantIds ?? []);
    const tenantIds = [...new Set(found)].filter((one) => !left.has(one));
    return editLabels(ctx.deps.db, tenantIds, { ...rest, ...byWhom(ctx) });
  }),

  /** Many at once, as JSON or CSV: all of them or, with a bad line, none. */
  import: judged.editor.input(importInput).mutation(async ({ ctx, input }) => {
    const { replace, dryRun, expected } = input;
    const how = { ...byWhom(ctx), replace, dryRun, expected };
    return importTenants(ctx.deps.db, await givenTenants(input), how);
  }),

  /** Takes an import back where nothing was changed since. */
  undoImport: judged.editor
    .input(undoImportInput)
    .mutation(({ ctx, input }) => takeBackImport(ctx.deps.db, { ...input, ...byWhom(ctx) })),

  /** Write-only: the value is sealed, used by steps as `{{secret.NAME}}`, and never shown again. */
  setSecret: theirs.editor
    .input(z.strictObject({ tenantId, name: secretName, value: secretValue }))
    .mutation(async ({ ctx, input: { value, ...given } }) => {
      const id = randomUUID();
      const ciphertext = ctx.deps.secretBox.seal(id, value);
      const version = await insertSecret(ctx.deps.db, { ...given, id, ciphertext, actor: ctx.actor });
      if (version !== null) return { ...given, version };
      found(await getTenant(ctx.deps.db, given.tenantId), 'tenant', given.tenantId);
      throw refusedByGuard(
        'Somebody set this secret at the same moment. Set it again if yours is the right one.',
      );
    }),
  removeSecret: theirs.editor
    .input(z.strictObject({ tenantId, name: secretName }))
    .mutation(async ({ ctx, input }) => {
      found(await deleteSecret(ctx.deps.db, { ...input, actor: ctx.actor }), 'secret', input.name);
      return { removed: input.name };
    }),

  remove: theirs.editor.input(z.strictObject({ tenantId })).mutation(async ({ ctx, input }) => {
    found(await getTenant(ctx.deps.db, input.tenantId), 'tenant', input.tenantId);
    if (await removeTenant(ctx.deps.db, ctx.actor, input.tenantId)) return { removed: input.tenantId };
    throw refusedByGuard(`${input.tenantId} has an unfinished task. Cancel it first.`);
  }),
});

export const versions = router({
  list: theirs.viewer
    .input(z.strictObject(pageInput(UNIT_ORDER, { usual: 200, most: 1000 })).prefault({}))
    .query(({ ctx, input }) => listUnits(ctx.deps.db, input)),

  /** All versions of one unit; the list of units has the newest of each. */
  ofUnit: theirs.viewer
    .input(z.strictObject({ unitId: slug, ...pageInput(VERSION_ORDER, { usual: 200, most: 1000 }) }))
    .query(({ ctx, input }) => listVersions(ctx.deps.db, input.unitId, input)),

  get: theirs.viewer
    .input(z.strictObject({ unitId: slug, version: versionName }))
    .query(async ({ ctx, input }) => {
      const { unitId, version } = input;
      return found(await findVersion(ctx.deps.db, unitId, version), 'version', `${unitId} ${version}`);
    }),

  /** What the chosen tenants run now, grouped by version, with each version's payload for the diff. */
  current: theirs.viewer
    .input(
      z.strictObject({
        unitId: slug,
        tenantIds: z.array(z.string()).max(MAX_TENANTS_PER_PLAN).default([]),
        ...choiceInput,
        choice: choiceInput.choice.default([]),
      }),
    )
    .mutation(async ({ ctx, input: { unitId, tenantIds, choice, leaveOutBusy } }) => {
      const chosen = await chosenIds(ctx.seen, choice, leaveOutBusy);
      return currentVersions(ctx.seen, [...new Set([...tenantIds, ...chosen])], unitId);
    }),

  create: theirs.editor.input(versionWrite).mutation(async ({ ctx, input }) => {
    const created = await createVersion(ctx.deps.db, {
      ...input,
      unitName: input.unitName ?? input.unitId,
      createdBy: ctx.actor,
    });
    if (!created)
      throw refusedByGuard(
        `${input.unitId} ${input.version} exists already. Versions never change: choose another name.`,
      );
    return { unitId: input.unitId, version: input.version };
  }),
});

/** Before the input is checked, which would take long. */
const notCostly = middleware(async ({ next, getRawInput }) => {
  await refuseCostlyPlaybook(await getRawInput());
  return next();
});

export const playbooks = router({
  list: theirs.viewer
    .input(z.strictObject(pageInput(PLAYBOOK_ORDER, { usual: 100, most: 500 })).prefault({}))
    .query(({ ctx, input }) => listPlaybooks(ctx.deps.db, input)),

  get: theirs.viewer
    .input(z.strictObject({ playbookId: slug, version: z.number().int().min(1).max(MAX_VERSION).optional() }))
    .query(async ({ ctx, input: { playbookId, version } }) =>
      found(await findPlaybook(ctx.deps.db, playbookId, version), 'playbook', playbookId),
    ),

  /** All versions of one playbook; the list has the newest of each. */
  versions: theirs.viewer
    .input(
      z.strictObject({ playbookId: slug, ...pageInput(PLAYBOOK_VERSION_ORDER, { usual: 50, most: 500 }) }),
    )
    .query(({ ctx, input }) => playbookVersions(ctx.deps.db, input.playbookId, input)),

  /** What each kind of step, and the playbook beside its stages, can be told, as JSON Schema: forms are made of it. */
  forms: theirs.viewer.input(nothing).query(() => ({ steps: stepForms(), playbook: playbookForm() })),

  /** What is wrong with a playbook, all of it, without saving it. */
  check: theirs.viewer
    .use(notCostly)
    .input(z.strictObject({ definition: z.unknown() }))
    .mutation(async ({ ctx, input }) => {
      const { data, error } = await givenPlaybook.safeParseAsync(input.definition);
      const problems = error
        ? problemsOf(error)
        : groupsOfNobody(ctx.deps.signIn, data as PlaybookDefinition);
      return { problems: problems.map(({ path, message }) => ({ field: fieldName(path), message })) };
    }),

  /** Every save is a new version; plans keep the one they were created with. */
  save: editor
    .use(notCostly)
    .input(
      z.strictObject({
        playbookId: slug,
        name: readable(z.string().trim().min(1).max(120)),
        definition: givenPlaybook,
        /** The newest version when it was edited, 0 for none: when it is another one by now, nothing is saved. */
        basedOn: z.number().int().min(0).max(MAX_VERSION).optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const [alone] = groupsOfNobody(ctx.deps.signIn, input.definition);
      if (alone) {
        const field = fieldName(['definition', ...alone.path]);
        throw new InvalidInput(field, `${field}: ${alone.message}`);
      }
      const version = await savePlaybook(ctx.deps.db, { ...input, createdBy: ctx.actor });
      if (version === null && input.basedOn !== undefined)
        throw new CommandRefused({
          code: 'CHANGED_MEANWHILE',
          message: `${input.playbookId} has another newest version than ${input.basedOn}. Look at it and save again.`,
        });
      if (version === null)
        throw refusedByGuard(
          'Somebody saved this playbook at the same moment. Look at their version and save again.',
        );
      const warnings = await warningsOfPlaybook(ctx.deps.db, input.definition, 'definition');
      return { playbookId: input.playbookId, version, warnings };
    }),
});

/** Who writes tenants, and which ones they may. */
const byWhom = ({ actor, principal }: { actor: string; principal: Principal }) => ({
  actor,
  limitedTo: principal.limitedTo,
});
