import type { InstanceRecord, TargetCall } from '@/chaos/check/history';
import type { Io } from './io';

/** One request to an instance. */
export interface Sent {
  tenantId: string;
  instance: string;
  /** PUT stores a version, POST puts what is stored into effect, GET tells what is in effect. */
  method: 'PUT' | 'POST' | 'GET';
  version: string;
  task: string;
  epoch: number;
  idempotencyKey: string | null;
}

export interface Answer {
  outcome: TargetCall['outcome'];
  version: string;
}

/** The instances: fenced, as a careful service would be, and with a memory of everything they were asked. */
export class Targets {
  readonly calls: TargetCall[] = [];
  readonly #instances = new Map<string, { stored: string; effective: string }>();
  readonly #epochs = new Map<string, number>();

  constructor(
    private readonly tenants: readonly {
      tenantId: string;
      instances: readonly string[];
      runs: string | null;
    }[],
    /** Whether an instance fails now. */
    private readonly fails: () => boolean,
    private readonly fenced: boolean,
  ) {
    for (const { instances, runs } of tenants)
      for (const key of instances)
        this.#instances.set(key, { stored: runs ?? 'none', effective: runs ?? 'none' });
  }

  serve(sent: Sent): Answer {
    const { tenantId, instance, method, task, epoch, idempotencyKey } = sent;
    const served = `${instance} ${task}`;
    const latest = this.#epochs.get(served) ?? 0;
    const stale = epoch < latest;
    this.#epochs.set(served, Math.max(latest, epoch));
    const outcome = this.#outcome(sent, stale);
    this.calls.push({ tenantId, instance, method, path: '/', task, epoch, idempotencyKey, stale, outcome });
    return { outcome, version: this.#of(instance).effective };
  }

  /** What each of them runs. */
  instances(): InstanceRecord[] {
    return this.tenants.flatMap(({ tenantId, instances }) =>
      instances.map((key) => ({ tenantId, instance: key, version: this.#of(key).effective })),
    );
  }

  #outcome({ instance, method, version }: Sent, stale: boolean): TargetCall['outcome'] {
    if (this.fails()) return 'failed';
    if (method === 'GET') return 'read';
    if (stale && this.fenced) return 'refused';
    const state = this.#of(instance);
    if (method === 'PUT') state.stored = version;
    else state.effective = state.stored;
    return 'applied';
  }

  #of(instance: string) {
    const state = this.#instances.get(instance);
    if (!state) throw new Error(`No instance ${instance}`);
    return state;
  }
}

/** What a process sends with; stands where the code under test has its HTTP client. */
export class TargetClient {
  constructor(
    private readonly targets: Targets,
    private readonly io: Io,
  ) {}

  send(sent: Sent): Promise<Answer> {
    return this.io.perform('send', () => this.targets.serve(sent));
  }
}
