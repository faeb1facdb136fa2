import type { Endpoint } from '../../domain/tenant';
import { type Fault, Instance, type RequestRecord } from './instance';

export interface FleetTenant {
  tenantId: string;
  instances: Instance[];
}

export interface FleetOptions {
  tenants: { tenantId: string; instances: number; latencyMillis?: number }[];
  version: string;
  /** The first instance's port, the others follow; any free ones without it. */
  firstPort?: number;
  /** Where they listen; on loopback without it. */
  address?: string;
  /** Versions by instance, where they are not `version`. */
  versions?: Record<string, string>;
  /** What instances have stored, where it is not in effect yet. */
  stored?: Record<string, string>;
  onChange?(): void;
}

/** Many small services, each with ports of its own, and the log of everything they were asked. */
export class Fleet {
  readonly requests: RequestRecord[] = [];

  private constructor(readonly tenants: ReadonlyMap<string, FleetTenant>) {}

  static async start(options: FleetOptions): Promise<Fleet> {
    const tenants = new Map<string, FleetTenant>();
    const fleet = new Fleet(tenants);
    let port = options.firstPort ?? 0;
    for (const { tenantId, instances, latencyMillis } of options.tenants) {
      const made: Instance[] = [];
      for (let index = 1; index <= instances; index += 1) {
        const key = `${tenantId}-${index}`;
        const record = (request: RequestRecord) => {
          fleet.requests.push(request);
          if (request.method !== 'GET') options.onChange?.();
        };
        const instance = new Instance(
          tenantId,
          key,
          options.versions?.[key] ?? options.version,
          record,
          latencyMillis,
          options.stored?.[key],
        );
        await instance.listen(port === 0 ? 0 : port++, options.address);
        made.push(instance);
      }
      tenants.set(tenantId, { tenantId, instances: made });
    }
    return fleet;
  }

  endpoints(tenantId: string): Endpoint[] {
    return this.tenant(tenantId).instances.map(({ key, url }) => ({ key, url }));
  }

  /** What each instance reports right now, asked over HTTP. */
  async versions(tenantId: string): Promise<string[]> {
    return Promise.all(
      this.tenant(tenantId).instances.map(async ({ url }) => {
        const answer = (await (await fetch(`${url}/health`)).json()) as { version: string };
        return answer.version;
      }),
    );
  }

  /** Gives a fault to one instance, or to all of a tenant. */
  setFault(tenantId: string, fault: Fault, instance?: string): void {
    for (const one of this.tenant(tenantId).instances)
      if (!instance || one.key === instance) one.fault = fault;
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.tenants.values()].flatMap(({ instances }) => instances.map((one) => one.close())),
    );
  }

  private tenant(tenantId: string): FleetTenant {
    const found = this.tenants.get(tenantId);
    if (!found) throw new Error(`The fleet has no tenant ${tenantId}.`);
    return found;
  }
}
