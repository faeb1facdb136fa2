import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TcpProxy } from '../faults/tcp-proxy';
import type { Behaviour, FromTargets, LoggedCall, TargetCounts, ToTargets } from './protocol';

/** Everything the targets can say about a run. */
export interface TargetReport {
  calls: LoggedCall[];
  counts: TargetCounts;
  /** What each instance has in effect, by its key. */
  versions: Record<string, string>;
}

/** The target process, and the proxies through which the nodes reach it. */
export class Targets {
  private constructor(
    private readonly child: ChildProcess,
    /** Each stands before a share of the tenants. */
    readonly proxies: readonly TcpProxy[],
  ) {}

  static async start(seed: number, firstVersion: string, proxies: number): Promise<Targets> {
    const child = fork(program(), [String(seed), firstVersion], { execArgv: process.execArgv });
    const [{ port }] = (await once(child, 'message')) as [FromTargets & { type: 'ready' }];
    return new Targets(
      child,
      await Promise.all(Array.from({ length: proxies }, () => TcpProxy.start(() => port))),
    );
  }

  /** Where an instance is reached; all instances of a tenant by the same way. */
  url(tenant: number, instance: string): string {
    const proxy = this.proxies[tenant % this.proxies.length];
    return `http://127.0.0.1:${proxy?.port}/${instance}`;
  }

  behave(behaviour: Behaviour): void {
    this.#tell({ type: 'behave', behaviour });
  }

  async report(folder: string): Promise<TargetReport> {
    const file = path.join(folder, 'target-log.json');
    this.#tell({ type: 'log', file });
    const [{ counts, versions }] = (await once(this.child, 'message')) as [FromTargets & { type: 'logged' }];
    return { calls: JSON.parse(readFileSync(file, 'utf8')) as LoggedCall[], counts, versions };
  }

  async close(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
    this.child.disconnect();
  }

  #tell(message: ToTargets): void {
    this.child.send(message);
  }
}

function program(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const bundled = path.resolve(here, 'targets-process.js');
  return existsSync(bundled) ? bundled : path.resolve(here, '../targets-process.ts');
}
