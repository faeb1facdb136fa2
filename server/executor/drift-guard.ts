import type { DriftFinding } from '@/domain/drift';
import type { ProbeOutcome } from '@/domain/events';
import type { Failure } from '@/domain/failure';
import type { Endpoint, Snapshot } from '@/domain/tenant';
import { type LiveVersion, type LiveVersionContext, readLiveVersion } from '@/server/steps/live-version';
import { failure } from '@/server/steps/step';
import type { TaskRuntimeContext } from '@/server/steps/task-runtime-context';

/** A configuration an instance may run; without a digest only its version is known. */
export interface KnownConfig {
  version: string;
  digest: string | null;
}

/** What one instance was seen to run. */
export interface Look {
  endpoint: Endpoint;
  live: LiveVersion;
}

/** Asks every instance what it runs, as the playbook's health-check does. */
export function lookAt(
  context: LiveVersionContext,
  endpoints: readonly Endpoint[],
  candidates: readonly Snapshot[],
): Promise<Look[]> {
  return Promise.all(
    endpoints.map(async (endpoint) => ({
      endpoint,
      live: await readLiveVersion(context, endpoint, candidates),
    })),
  );
}

/**
 * Compares what every instance runs with what is on record: one that runs none of `known`, or one of them with another
 * content, has drifted. An instance that does not say what it runs is no drift; it is for the health-check to judge.
 */
export function driftIn(looks: readonly Look[], known: readonly KnownConfig[]): DriftFinding[] {
  const expected = [...new Set(known.map(({ version }) => version))].join(' or ');
  return looks.flatMap(({ endpoint, live }) => {
    const { version: observed, digest } = live;
    if (observed === null) return [];
    const candidates = known.filter(({ version }) => version === observed);
    const fits = candidates.some((one) => one.digest === null || digest === null || one.digest === digest);
    if (fits) return [];
    const detail = candidates.length > 0 ? `${live.detail} with another content` : live.detail;
    return [{ instance: endpoint.key, expected, observed, detail }];
  });
}

/** The looks as a round that people can read: who runs what is on record, who does not, and who says nothing. */
export function guardRound(looks: readonly Look[], findings: readonly DriftFinding[]): ProbeOutcome[] {
  const drifted = new Map(findings.map(({ instance, detail }) => [instance, detail]));
  return looks.map(({ endpoint: { key }, live }) => ({
    instance: key,
    ok: live.version !== null && !drifted.has(key),
    version: live.version,
    detail: drifted.get(key) ?? live.detail,
  }));
}

/** The failure of a step that was not sent because of a drift, with what the operator can do. */
export function driftFailure(context: TaskRuntimeContext, findings: readonly DriftFinding[]): Failure {
  const told = findings.map(({ instance, detail }) => `${instance} ${detail}`).join('; ');
  const message = `Nothing was sent: ${told}, expected ${findings[0]?.expected}. Somebody changed it outside of Switchyard.`;
  return failure(context, 'DRIFT', 'DRIFT', message, { instance: findings[0]?.instance ?? null });
}
