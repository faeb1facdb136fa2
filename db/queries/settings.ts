import { randomUUID } from 'node:crypto';
import { eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { freeze, setting, tenant } from '@/db/schema/catalogue';
import { plan } from '@/db/schema/run';
import type { ApprovalRule } from '@/domain/approval';
import type { Freeze, FreezeScope } from '@/domain/freeze';
import { type AppSettings, planLayer, type SettingKey, type SettingLayers } from '@/domain/settings';
import type { StartProtection } from '@/domain/start-approval';
import { type Asked, type Order, tablePage } from './page';

/** What the named plan, its playbook and the named tenant say of settings. */
export async function layersFor(
  db: Database,
  of: { planId?: string | undefined; tenantId?: string | undefined },
): Promise<Pick<SettingLayers, 'tenant' | 'plan' | 'playbook'>> {
  const [ofPlan] = of.planId
    ? await db
        .select({ settings: plan.settings, playbook: plan.playbook, maxConcurrency: plan.maxConcurrency })
        .from(plan)
        .where(eq(plan.planId, of.planId))
    : [];
  const [ofTenant] = of.tenantId
    ? await db.select({ overrides: tenant.overrides }).from(tenant).where(eq(tenant.tenantId, of.tenantId))
    : [];
  return {
    ...(ofPlan
      ? {
          plan: { ...planLayer(ofPlan.settings), maxConcurrency: ofPlan.maxConcurrency },
          playbook: ofPlan.playbook.settings ?? {},
        }
      : {}),
    ...(ofTenant ? { tenant: ofTenant.overrides } : {}),
  };
}

/** Whom a second factor is required of, by the least role; it concerns people alone, and is no layer of a plan's settings. */
export const SECOND_FACTOR = 'secondFactor';

/** Which plans people approve before they start; likewise. */
export const START_PROTECTION = 'startProtection';

/** How many days of the audit log are kept; likewise. The database function `audit_day_to_remove` reads it. */
export const AUDIT_DAYS = 'auditDays';

/** Null while the log is kept for ever. */
export async function readAuditDays(db: Database): Promise<number | null> {
  return ((await readSetting(db, AUDIT_DAYS)) as number | undefined) ?? null;
}

/** Who grants that freezes do not hold a plan; likewise. */
export const OVERRIDE_RULE = 'freezeOverride';

/** One value of the settings page; undefined where it was not set. */
export async function readSetting(db: Database, key: string): Promise<unknown> {
  const [row] = await db.select({ value: setting.value }).from(setting).where(eq(setting.key, key));
  return row?.value;
}

/** Null when any plan starts as it is. */
export async function readStartProtection(db: Database): Promise<StartProtection | null> {
  return ((await readSetting(db, START_PROTECTION)) as StartProtection | undefined) ?? null;
}

/** Null where nothing is set: an administrator grants overrides alone. */
export async function readOverrideRule(db: Database): Promise<ApprovalRule | null> {
  return ((await readSetting(db, OVERRIDE_RULE)) as ApprovalRule | undefined) ?? null;
}

/** Sets values of the settings page, or takes them back with null, and puts it on record; one statement. */
export async function writeSettings(
  db: Database,
  actor: string,
  values: Partial<Record<SettingKey | typeof SECOND_FACTOR, AppSettings[SettingKey] | null>> &
    Partial<Record<typeof START_PROTECTION, StartProtection | null>> &
    Partial<Record<typeof OVERRIDE_RULE, ApprovalRule | null>> &
    Partial<Record<typeof AUDIT_DAYS, number | null>>,
): Promise<void> {
  await db.execute(sql`
    with wanted as (
      select key, value from jsonb_each(${JSON.stringify(values)}::text::jsonb)
    ), before as (
      select coalesce(jsonb_object_agg(s.key, s.value), '{}') as values from setting s join wanted w on w.key = s.key
    ), gone as (
      delete from setting using wanted w where setting.key = w.key and w.value = 'null'
    ), written as (
      insert into setting (key, value, set_by) select key, value, ${actor} from wanted where value <> 'null'
      on conflict (key) do update set value = excluded.value, set_by = excluded.set_by, set_at = clock_timestamp()
    )
    insert into audit (actor, action, target, outcome)
    select ${actor}, 'settings.set', 'settings', jsonb_build_object('before', before.values, 'after', ${JSON.stringify(values)}::text::jsonb)
    from before`);
}

/** Of the settings the one that no layer has: whether the key of the environment is switched off. */
export const ENVIRONMENT_KEY_OFF = 'environmentKeyOff';

/** Switches the key of the environment on or off and puts it on record; one statement. */
export async function switchEnvironmentKey(db: Database, actor: string, on: boolean): Promise<void> {
  await db.execute(sql`
    with written as (
      insert into setting (key, value, set_by) values (${ENVIRONMENT_KEY_OFF}, ${on ? 'false' : 'true'}::jsonb, ${actor})
      on conflict (key) do update set value = excluded.value, set_by = excluded.set_by, set_at = clock_timestamp()
    )
    insert into audit (actor, action, target, outcome)
    values (${actor}, 'apiKey.switchEnvironment', 'SWITCHYARD_API_KEY', jsonb_build_object('on', ${on}::boolean))`);
}

export const FREEZE_ORDER: Order = {
  by: 'asc',
  keys: [
    { column: sql`${freeze.createdAt}`, kind: 'time' },
    { column: sql`${freeze.freezeId}`, kind: 'uuid' },
  ],
};

/** Freezes that were not removed, oldest first. */
export function listFreezes(db: Database, asked: Asked) {
  return tablePage(db, freeze, { order: FREEZE_ORDER, where: isNull(freeze.removedAt) }, asked);
}

/** One that was not removed. */
export async function findFreeze(db: Database, freezeId: string): Promise<FreezeScope | null> {
  const [row] = await db.execute<{ [Name in keyof FreezeScope]: FreezeScope[Name] }>(
    sql`select tenant_id, labels from "freeze" where freeze_id = ${freezeId}::uuid and removed_at is null`,
  );
  return row ?? null;
}

export async function insertFreeze(
  db: Database,
  actor: string,
  wanted: Omit<Freeze, 'freezeId'>,
): Promise<{ freezeId: string }> {
  const freezeId = randomUUID();
  await db.execute(sql`
    with made as (
      insert into "freeze" (freeze_id, name, tenant_id, labels, "window", created_by)
      values (${freezeId}::uuid, ${wanted.name}, ${wanted.tenantId}, ${wanted.labels && JSON.stringify(wanted.labels)}::text::jsonb,
        ${JSON.stringify(wanted.window)}::text::jsonb, ${actor})
    )
    insert into audit (actor, action, target, outcome)
    values (${actor}, 'freeze.create', ${freezeId}, jsonb_build_object('after', ${JSON.stringify(wanted)}::text::jsonb))`);
  return { freezeId };
}

/** Ends a freeze at once; false when there is none with this id any more. */
export async function removeFreeze(db: Database, actor: string, freezeId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with removed as (
      update "freeze" set removed_at = clock_timestamp() where freeze_id = ${freezeId}::uuid and removed_at is null
      returning freeze_id, name
    ), audited as (
      insert into audit (actor, action, target, outcome)
      select ${actor}, 'freeze.remove', freeze_id::text, jsonb_build_object('before', jsonb_build_object('name', name)) from removed
    )
    select freeze_id from removed`);
  return rows.length > 0;
}
