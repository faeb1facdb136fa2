import type dns from 'node:dns';
import { readEnv } from '@/server/env';
import type { Situation } from '../check';

/** What checks look at, with this environment and nothing else. */
export function situationWith(
  variables: Record<string, string>,
  other: Partial<Omit<Situation, 'env' | 'variables'>> = {},
): Situation {
  const env = readEnv({ NODE_ENV: 'production', ...variables });
  return {
    ...{ env, variables, embedded: null, database: null },
    ...{ resolve: resolving({}), now: Date.now },
    ...other,
  };
}

/** A name server that knows these names alone; of `null` it says nothing, ever. */
export function resolving(names: Readonly<Record<string, string | null>>): typeof dns.lookup {
  const lookup = (
    name: string,
    _options: unknown,
    callback: (error: Error | null, found: dns.LookupAddress[]) => void,
  ) => {
    const address = names[name];
    if (address === null) return;
    if (address === undefined) callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
    else callback(null, [{ address, family: 4 }]);
  };
  return lookup as unknown as typeof dns.lookup;
}
