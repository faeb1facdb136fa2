import { version } from '@/package.json';
import { reachable } from '@/server/reachable';
import { type Answer, ask, parsed, versionIn } from '../ask';
import type { Check } from '../check';
import { type Finding, fail, ok, warn } from '../finding';

/** Whether a server of this build answers on this host, and can serve. */
export const server: Check = {
  name: 'server',
  look: async ({ env }, signal) => {
    if (env.port === 0) return [ok('PORT is 0, so nobody knows where the server listens')];
    const url = new URL(`${env.tls ? 'https' : 'http'}://${reachable(env.host)}:${env.port}`);
    // Its certificate is for the name that browsers use, and it is not told anything.
    const how = { anyName: true };
    const [health, ready] = await Promise.all([
      ask(new URL('/healthz', url), signal, how),
      ask(new URL('/readyz', url), signal, how),
    ]);
    return serverFound(url.origin, health, ready);
  },
};

export function serverFound(where: string, health: Answer, ready: Answer): Finding[] {
  if ('error' in health)
    return [
      warn(
        `no server answers at ${where} (${health.error})`,
        'Nothing is executed by this host',
        'Start it: switchyard serve',
      ),
    ];
  const theirs = versionIn(health);
  if (theirs === null)
    return [
      fail(
        `something else answers at ${where}`,
        'The server cannot listen there',
        'End it, or set another PORT',
      ),
    ];
  return [versionFound(where, theirs), readinessFound(where, ready)];
}

function versionFound(where: string, theirs: string): Finding {
  if (theirs === version) return ok(`${where} answers, version ${theirs}`);
  return warn(
    `${where} runs version ${theirs}, this is ${version}`,
    'An upgrade was not finished, or this command is of another installation',
    'Restart the server on this build',
  );
}

function readinessFound(where: string, ready: Answer): Finding {
  const at = `${where}/readyz`;
  if ('error' in ready)
    return fail(
      `${at} gives no answer (${ready.error})`,
      'The process hangs',
      'Look at its log, and restart it',
    );
  const told = checksIn(ready.body);
  if (ready.status === 200) return ok(`it can serve: ${told}`);
  return fail(`${at} says it cannot serve: ${told}`, 'Nothing can be stored', 'Mend what it names');
}

function checksIn(body: string): string {
  const { checks } = (parsed(body) ?? {}) as { checks?: Record<string, unknown> };
  const told = Object.entries(checks ?? {}).map(([name, said]) => `${name} ${said}`);
  return told.length > 0 ? told.join(', ') : 'it says nothing more';
}
