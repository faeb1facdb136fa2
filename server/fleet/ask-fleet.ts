import type { Dispatcher as HttpDispatcher } from 'undici';
import type { StepDefinition } from '@/domain/playbook';
import { effectiveSetting, type SettingLayers } from '@/domain/settings';
import type { Snapshot, Tenant } from '@/domain/tenant';
import { foreignText, foreignValue } from '@/server/security/foreign-text';
import { hiddenValues, type OpenSecrets, type SecretsOf } from '@/server/security/open-secrets';
import { Veil } from '@/server/security/veil';
import type { BaseLayers } from '@/server/settings/live-settings';
import { type LiveVersion, readLiveVersion } from '@/server/steps/live-version';

/** So many instances are asked at a time. */
const AT_ONCE = 32;

export interface FleetDeps {
  http: HttpDispatcher;
  layers(): BaseLayers;
  /** The tenant's secrets by name; a health-check may need them. */
  secretsOf: SecretsOf;
}

/** A tenant to ask, and how: as this health-check does. */
export interface AskedTenant {
  tenant: Tenant;
  probe: StepDefinition | null;
  /** The configurations it may run, where a condition tells which: the one that is sought first. */
  candidates: readonly Snapshot[];
  /** What plan and playbook say of settings. */
  layers: Pick<SettingLayers, 'plan' | 'playbook'>;
}

/** What one instance answered; `detail` follows its name: "runs v2", "gave no answer within 2000 ms". */
export type InstanceAnswer = { instance: string; url: string } & Pick<
  LiveVersion,
  'version' | 'digest' | 'detail'
>;

/**
 * Asks every instance of the tenants what it runs, some at a time; nothing on them is changed. What was not asked when
 * `signal` fired says so. Answers come by tenant id, in the order of the endpoints.
 */
export async function askFleet(
  deps: FleetDeps,
  tenants: readonly AskedTenant[],
  signal: AbortSignal,
): Promise<Map<string, InstanceAnswer[]>> {
  const answers = new Map<string, InstanceAnswer[]>();
  const queue = tenants.values();
  const worker = async () => {
    for (const asked of queue) answers.set(asked.tenant.tenantId, await askTenant(deps, asked, signal));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

async function askTenant(
  deps: FleetDeps,
  { tenant, probe, layers, candidates }: AskedTenant,
  signal: AbortSignal,
): Promise<InstanceAnswer[]> {
  const { tenantId, name, labels, variables, overrides } = tenant;
  const all = { ...layers, tenant: overrides, ...deps.layers() };
  let secrets: OpenSecrets['named'] = {};
  const veil = new Veil();
  try {
    if (!signal.aborted) {
      const opened = await deps.secretsOf(tenantId);
      for (const value of hiddenValues(opened)) veil.add(value);
      secrets = opened.named;
    }
  } catch (error) {
    // One tenant's trouble is told for that tenant; the others are asked.
    const detail = `was not asked: ${(error as Error).message}`;
    return tenant.endpoints.map(({ key, url }) => ({
      instance: key,
      url,
      version: null,
      digest: null,
      detail,
    }));
  }
  const context = {
    tenantId,
    secrets,
    veil,
    http: deps.http,
    signal,
    config: { scope: { name, labels, variables } },
    versionProbe: probe,
    setting: <K extends Parameters<typeof effectiveSetting>[1]>(key: K, fromStep?: unknown) =>
      effectiveSetting(
        fromStep === undefined ? all : { ...all, playbook: { ...all.playbook, [key]: fromStep } },
        key,
      ).value,
  };
  return Promise.all(
    tenant.endpoints.map(async (endpoint): Promise<InstanceAnswer> => {
      const answer = await readLiveVersion(context, endpoint, candidates).catch((error: unknown) => ({
        version: null,
        digest: null,
        detail: signal.aborted
          ? 'was not asked: time ran out'
          : foreignText(String((error as Error).message), veil),
      }));
      const { version, digest, detail } = foreignValue(answer, veil);
      return { instance: endpoint.key, url: endpoint.url, version, digest, detail };
    }),
  );
}
