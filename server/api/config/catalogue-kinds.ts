import { createHash } from 'node:crypto';
import { tenantIdsWhere } from '@/db/queries/catalogue';
import { findVersions, plansHolding, unitNames } from '@/db/queries/config-documents';
import { findPlaybook } from '@/db/queries/planning';
import { readTenantRows } from '@/db/queries/tenant-writes';
import { type TenantOnRecord, tenantChanges } from '@/domain/tenant-merge';
import { addProblem } from './check-documents';
import type { Comparing, Difference } from './difference';
import { differencesInTurns } from './turns';

/** Read together; each may have two hundred endpoints. */
const AT_ONCE = 100;

/** Versions never change: one that is there already has to be as it is wanted. */
export async function versionDifferences({
  deps,
  documents,
  problems,
}: Comparing<'Version'>): Promise<Difference[]> {
  const wanted = documents.map((document) => {
    const [unitId = '', version = ''] = document.name.split('/');
    return { document, unitId, version };
  });
  const known = new Map(
    (
      await findVersions(
        deps.db,
        wanted.map(({ unitId, version }) => ({ unitId, version })),
      )
    ).map((one) => [`${one.unitId}/${one.version}`, one]),
  );
  const names = await unitNames(deps.db, [...new Set(wanted.map(({ unitId }) => unitId))]);
  const differences: Difference[] = [];
  for (const { document, unitId, version } of wanted) {
    const { spec, name } = document;
    const unitName = names.get(unitId);
    if (unitName !== undefined && spec.unitName !== undefined && spec.unitName !== unitName)
      addProblem(
        problems,
        document,
        ['spec', 'unitName'],
        `${unitId} is called "${unitName}", and a unit keeps its name`,
      );
    // The first of a new unit names it, for the others as well.
    if (unitName === undefined) names.set(unitId, spec.unitName ?? unitId);
    const there = known.get(name);
    if (!there) {
      const { payload, format = 'json', note = '', unitName: given = unitId } = spec;
      const fields = Object.entries({ payload, format, note, unitName: given });
      differences.push({
        ...{ action: 'create', kind: 'Version', name, stamp: 'none' },
        fields: fields.map(([field, after]) => ({ field, before: null, after })),
        make: async ({ versions }) => {
          await versions.create({ unitId, version, ...spec });
          return null;
        },
      });
      continue;
    }
    const others = [
      sha256(spec.payload) === there.digest ? [] : ['payload'],
      spec.format === undefined || spec.format === there.format ? [] : ['format'],
      spec.note === undefined || spec.note === there.note ? [] : ['note'],
    ].flat();
    for (const part of others)
      addProblem(
        problems,
        document,
        ['spec', part],
        `${unitId} ${version} exists already and is another one. Versions never change: choose another name.`,
      );
  }
  return differences;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every change is the next version of the playbook; plans keep theirs. */
export async function playbookDifferences({
  deps,
  documents,
  problems,
}: Comparing<'Playbook'>): Promise<Difference[]> {
  const wanted = new Map(documents.map(({ name, spec }) => [name, spec]));
  const actual = new Map<string, { name: string; definition: object; version: number }>();
  for (const [id] of wanted) {
    const newest = await findPlaybook(deps.db, id);
    if (newest) actual.set(id, newest);
  }
  const shown = new Map([...actual].map(([id, { name, definition }]) => [id, { name, definition }]));
  for (const document of documents)
    if (!actual.has(document.name) && document.spec.name === undefined)
      addProblem(problems, document, ['spec', 'name'], 'is missing: this playbook is not there yet');
  const differences: Difference[] = [];
  for (const { action, name, fields } of await differencesInTurns(wanted, shown, { prune: false })) {
    const spec = wanted.get(name);
    if (!spec) continue;
    const basedOn = actual.get(name)?.version ?? 0;
    differences.push({
      ...{ action, kind: 'Playbook', name, fields, stamp: String(basedOn) },
      make: async ({ playbooks }) => {
        await playbooks.save({
          ...{ playbookId: name, definition: spec.definition, basedOn },
          name: spec.name ?? shown.get(name)?.name ?? name,
        });
        return null;
      },
    });
  }
  return differences;
}

/** What a tenant runs is moved by plans: of `current` only what is not on record is wanted. */
export async function tenantDifferences({
  deps,
  documents,
  prune,
  problems,
}: Comparing<'Tenant'>): Promise<Difference[]> {
  const named = new Set(documents.map(({ name }) => name));
  const surplus = prune ? (await tenantIdsWhere(deps.db, {})).filter((id) => !named.has(id)) : [];
  const holding = await plansHolding(deps.db, surplus);
  for (const [id, planId] of holding)
    problems.add({
      field: 'prune',
      message: `Tenant ${id} cannot go: it has an unfinished task in ${planId}. Cancel it first, or name the tenant.`,
    });
  const differences: Difference[] = [];
  for (let from = 0; from < documents.length; from += AT_ONCE) {
    const some = documents.slice(from, from + AT_ONCE);
    const rows = await readTenantRows(
      deps.db,
      some.map(({ name }) => name),
    );
    const actual = new Map([...rows].flatMap(([id, { tenant }]) => (tenant ? [[id, tenant]] : [])));
    const wanted = new Map(
      some.map(({ name, spec }): [string, Partial<TenantOnRecord>] => {
        const { name: title, current, ...rest } = spec;
        return [
          name,
          {
            ...rest,
            ...(title ? { name: title } : {}),
            ...(current ? { current: { ...current, ...actual.get(name)?.current } } : {}),
          },
        ];
      }),
    );
    const found = await differencesInTurns(wanted, actual, { prune: false, tell: tenantChanges });
    for (const difference of found) {
      const { action, name, after, fields } = difference;
      const stamp = action === 'create' ? null : (rows.get(name)?.stamp ?? null);
      differences.push({
        ...{ action, kind: 'Tenant', name, fields, stamp: stamp ?? 'none' },
        make: async ({ tenants }) => {
          await tenants.upsert({
            ...{ ...after, tenantId: name, replace: true },
            ...(stamp === null ? {} : { basedOn: stamp }),
          });
          return null;
        },
      });
    }
  }
  return [
    ...differences,
    ...surplus.map(
      (tenantId): Difference => ({
        ...{ action: 'delete', kind: 'Tenant', name: tenantId, fields: [], stamp: 'there' },
        make: async ({ tenants }) => {
          await tenants.remove({ tenantId });
          return null;
        },
      }),
    ),
  ];
}
