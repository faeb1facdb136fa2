import { recordsOf } from '@/db/queries/planning';
import { UNKNOWN_VERSION } from '@/domain/tenant';
import { CommandRefused, NotFound } from '@/server/input/refused';
import { jobIdOf } from '@/server/jobs/job-id';
import { type CreatedPlan, createPlan } from './create-plan';
import { commandPlan } from './plan-commands';
import { planLimit } from './plan-limit';
import type { CommandDeps } from './task-commands';

export interface ReconcileCommand {
  tenantIds: readonly string[];
  unitId: string;
  /** How it is sent; without one as the unit's newest plan did. */
  playbookId?: string | undefined;
  /** As the playbook and the settings say without it. */
  maxConcurrency?: number | undefined;
  actor: string;
  reason: string | null;
  requestId: string | null;
}

/** One plan for each version that is on record, started unless people have to approve that first, and who is in none of them. */
export interface Reconciliation {
  plans: { planId: string; version: string; total: number; waitsForApproval: boolean }[];
  leftOut: CreatedPlan['leftOut'];
}

/**
 * Sends the version that is on record again to tenants whose instances may have left it, as plans of their own: one for
 * each version, started at once where nobody has to approve that. Instances that run it already are not told. Throws {@link NotFound} for a unit without a
 * playbook, {@link CommandRefused} when nobody is left.
 */
export async function reconcile(deps: CommandDeps, command: ReconcileCommand): Promise<Reconciliation> {
  const { unitId, tenantIds, actor } = command;
  const { records, newestPlaybookId } = await recordsOf(deps.db, unitId, tenantIds);
  const playbookId = command.playbookId ?? newestPlaybookId;
  if (!playbookId) throw new NotFound('playbook of unit', unitId);
  const limit = await planLimit(deps, playbookId, command.maxConcurrency);
  const byVersion = new Map<string, string[]>();
  const leftOut: Reconciliation['leftOut'] = [];
  for (const tenantId of new Set(tenantIds)) {
    const version = records.get(tenantId);
    if (!version || version === UNKNOWN_VERSION) {
      const reason = version
        ? 'Nobody knows what it runs: plan a switch, which is confirmed.'
        : `Nothing of ${unitId} is on record for it.`;
      leftOut.push({ tenantId, reason });
    } else byVersion.set(version, [...(byVersion.get(version) ?? []), tenantId]);
  }
  const plans: Reconciliation['plans'] = [];
  for (const [version, ids] of [...byVersion].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const made = await createPlan(
      deps,
      {
        name: `Reconcile ${unitId} ${version}${command.reason ? `: ${command.reason}` : ''}`.slice(0, 120),
        ...{
          tenantIds: ids,
          unitId,
          version,
          playbookId,
          maxConcurrency: limit,
          sources: {},
        },
        // What has drifted is what it is for.
        settings: { ...NOTHING_SAID, reconcile: true, driftGuard: false },
      },
      {
        actor,
        // Each plan of one command has an id of its own that follows from the command's.
        requestId: command.requestId && jobIdOf(command.requestId, version),
        leaveOutInvalid: true,
        previewHash: null,
      },
    );
    leftOut.push(...made.leftOut);
    const waitsForApproval = !(await startOnce(deps, made.planId, actor));
    plans.push({ planId: made.planId, version, total: made.total - made.leftOutTotal, waitsForApproval });
  }
  if (plans.length === 0)
    throw new CommandRefused({
      code: 'NOTHING_TO_DO',
      message: `None of these tenants has a certain version of ${unitId} on record.`,
    });
  return { plans, leftOut };
}

const NOTHING_SAID = { maxRetry: null, healthIntervalSeconds: null, healthAttempts: null };

/** A repeated command finds the plan that it started before. False when people have to approve its start first. */
async function startOnce(deps: CommandDeps, planId: string, actor: string): Promise<boolean> {
  try {
    await commandPlan(deps, planId, { type: 'start', actor }, null);
    return true;
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error;
    return error.rejection.code !== 'APPROVAL_NEEDED';
  }
}
