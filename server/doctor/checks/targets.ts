import { type SampledEndpoint, sampleEndpoints } from '@/db/queries/inspection';
import { createTargetDispatcher } from '@/server/security/target-guard';
import type { DatabaseCheck } from '../check';
import { type Finding, fail, ok, warn } from '../finding';
import { type Hindrance, placeOf, type Reached, reach } from '../reach';

const MOST = 50;
const NAMED = 5;

export type Looked = { endpoint: SampledEndpoint; reached: Reached };

/** Whether instances on record may be called, and can be. */
export const targets: DatabaseCheck = {
  name: 'targets',
  look: async ({ db }, { env, resolve }, signal) => {
    const endpoints = await sampleEndpoints(db, MOST);
    const guard = createTargetDispatcher({ allow: env.targetAllow, resolve });
    try {
      const looked = await Promise.all(
        endpoints.map(async (endpoint) => ({ endpoint, reached: await reachUrl(endpoint.url) })),
      );
      return targetsFound(looked, env.targetAllow.length > 0);
    } finally {
      await guard.destroy();
    }

    async function reachUrl(url: string): Promise<Reached> {
      if (!URL.canParse(url)) return { why: 'unresolved', detail: 'not an address' };
      return reach(placeOf(new URL(url)), guard, signal);
    }
  },
};

/** In words, with what an operator can do, for each reason. */
const WORDS: Record<Hindrance, { level: 'warn' | 'fail'; what: string; meaning: string; remedy: string }> = {
  refused: {
    level: 'fail',
    what: 'may not be called',
    meaning: 'Every step that calls them is refused',
    remedy: 'Add their hosts to SWITCHYARD_TARGET_ALLOW, the same on every node, and restart',
  },
  unresolved: {
    level: 'fail',
    what: 'without a name that resolves here',
    meaning: 'Steps cannot call them',
    remedy: 'Look at the addresses on record, and at the name server of this host',
  },
  silent: {
    level: 'warn',
    what: 'without an answer in time',
    meaning: 'They are down, or a firewall is between',
    remedy: 'Look at the way there from this host',
  },
  closed: {
    level: 'warn',
    what: 'refused or broke the connection',
    meaning: 'They are down, or listen elsewhere',
    remedy: 'Look at the instances, and at the ports on record',
  },
  untrusted: {
    level: 'warn',
    what: 'with a certificate that is not trusted here',
    meaning: 'Steps fail where their playbook does not name the authority',
    remedy: 'Name it in the playbook (caPem), or set NODE_EXTRA_CA_CERTS',
  },
};

/** One finding for what was reached, and one for each reason. */
export function targetsFound(looked: readonly Looked[], anyAllowed: boolean): Finding[] {
  const total = looked[0]?.endpoint.total ?? 0;
  if (total === 0) return [anyAllowed ? ok('no tenant has an instance on record yet') : NOTHING_ALLOWED];
  const reached = looked.filter((one) => one.reached === null).length;
  const sample = `${reached} of ${looked.length} instances can be reached`;
  const found =
    looked.length < total ? `${sample}, a sample of ${total} on record` : `${sample}, all on record`;
  const first = reached > 0 ? ok(found) : fail(found, 'No plan can succeed', 'Mend what follows');
  return [first, ...Object.keys(WORDS).flatMap((why) => groupFound(why as Hindrance, looked))];
}

const NOTHING_ALLOWED = warn(
  'SWITCHYARD_TARGET_ALLOW is not set',
  'Steps may call nothing',
  'Set it to the hosts of your instances',
);

function groupFound(why: Hindrance, looked: readonly Looked[]): Finding[] {
  const hindered = looked.filter(({ reached }) => reached?.why === why);
  if (hindered.length === 0) return [];
  const { level, what, meaning, remedy } = WORDS[why];
  const names = hindered.slice(0, NAMED).map(({ endpoint, reached }) => nameOf(endpoint, reached, why));
  const more = hindered.length > NAMED ? ` and ${hindered.length - NAMED} more` : '';
  return [{ level, found: `${hindered.length} ${what}: ${names.join(', ')}${more}`, meaning, remedy }];
}

/** Where it leads, and what the network said; the guard's own words would say the remedy once more. */
function nameOf({ tenantId, key, url }: SampledEndpoint, reached: Reached, why: Hindrance): string {
  const host = URL.canParse(url) ? new URL(url).host : url;
  const said = why === 'refused' ? '' : `: ${reached?.detail}`;
  return `${tenantId}/${key} (${host}${said})`;
}
