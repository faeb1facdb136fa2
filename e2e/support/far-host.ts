import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { findProgram } from '@/server/steps/targets/testing/software';

const PROGRAM = findProgram('ip');

/**
 * A host of its own on this machine: a network namespace, joined to the rest by one wire. When the wire is cut nothing
 * comes or goes any more and nobody is told, as when a machine loses its power: no FIN, no RST.
 */
export class FarHost {
  private constructor(
    private readonly name: string,
    /** Of this side of the wire: what the far host has to reach listens there. */
    readonly address: string,
    /** Of the other side. */
    readonly farAddress: string,
  ) {}

  /** Null where none can be made: it takes root and iproute2. */
  static make(): FarHost | null {
    if (PROGRAM === null || userInfo().uid !== 0) return null;
    const name = `sy-${process.pid}`;
    // Of what RFC 2544 keeps for trials between hosts: nothing real is there.
    const network = `198.18.${process.pid % 256}`;
    const host = new FarHost(name, `${network}.1`, `${network}.2`);
    try {
      ip('netns', 'add', name);
      ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'wire', 'netns', name);
      ip('address', 'add', `${host.address}/30`, 'dev', name);
      ip('link', 'set', name, 'up');
      ip('-n', name, 'address', 'add', `${host.farAddress}/30`, 'dev', 'wire');
      ip('-n', name, 'link', 'set', 'lo', 'up');
      host.mend();
      return host;
    } catch (error) {
      console.log(`No host of its own: ${error instanceof Error ? error.message : error}`);
      host.remove();
      return null;
    }
  }

  /** Stands before a program that is to run there. */
  get within(): string[] {
    return [PROGRAM as string, 'netns', 'exec', this.name];
  }

  /** From the far end: this side keeps its route, and sends into the dark. */
  cut(): void {
    ip('-n', this.name, 'link', 'set', 'wire', 'down');
  }

  mend(): void {
    ip('-n', this.name, 'link', 'set', 'wire', 'up');
  }

  /** What runs there has to have ended. */
  remove(): void {
    // The wire goes with its end.
    execFileSync(PROGRAM as string, ['netns', 'delete', this.name], { stdio: 'ignore' });
  }
}

const ip = (...args: string[]) => execFileSync(PROGRAM as string, args, { stdio: 'pipe' });
