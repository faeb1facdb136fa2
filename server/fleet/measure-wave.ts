import { DrizzleQueryError } from 'drizzle-orm';
import type { Database } from '@/db/client';
import { readRuns } from '@/db/queries/execution';
import { completedInWave } from '@/db/queries/waves';
import type { Measured } from '@/domain/plan-gate';
import { type WaveGate, waveName } from '@/domain/wave';
import { foreignText } from '@/server/security/foreign-text';
import { hiddenValues } from '@/server/security/open-secrets';
import { Veil } from '@/server/security/veil';
import { measure } from '@/server/steps/measure';
import { waveGateSettings } from '@/server/steps/metric-gate-settings';
import type { FleetDeps } from './ask-fleet';

/**
 * Measures a wave that finished, once, in the name of its first tenant: its variables and secrets fill in the templates,
 * and `{{wave.tenants}}` names all of them. Whatever keeps it from a number is told as such; rejects only for what the
 * database does.
 */
export async function measureWave(
  deps: Pick<FleetDeps, 'http' | 'secretsOf'> & { db: Database },
  { planId, wave, gate }: { planId: string; wave: number; gate: WaveGate },
  signal: AbortSignal,
): Promise<Measured> {
  const { first, tenantIds } = await completedInWave(deps.db, planId, wave);
  const material = first === null ? undefined : (await readRuns(deps.db, [first])).get(first);
  if (!material) return none('nobody of the wave is left to measure');
  const { target, previous, read } = material;
  const veil = new Veil();
  try {
    const opened = await deps.secretsOf(read.task.tenantId);
    for (const value of hiddenValues(opened)) veil.add(value);
    const context = {
      ...{ planId, tenantId: read.task.tenantId, config: target, previous, secrets: opened.named, veil },
      ...{ http: deps.http, signal },
      wave: {
        name: waveName(read.settings.waves ?? [], wave),
        number: wave + 1,
        tenants: tenantIds.join('|'),
      },
    };
    const wanted = waveGateSettings.parse(gate);
    const { verdict, told, value, baseline } = await measure(wanted, context, target.endpoints[0] ?? null);
    return {
      ...{ verdict, told: foreignText(told, veil, 300) },
      ...{ value: value.number, baseline: baseline?.number ?? null },
    };
  } catch (error) {
    signal.throwIfAborted();
    // Its message is a statement with its parameters.
    if (error instanceof DrizzleQueryError) throw error;
    return none(foreignText((error as Error).message, veil, 300));
  }
}

const none = (told: string): Measured => ({ value: null, baseline: null, verdict: 'inconclusive', told });
