import { readTlsPair } from '@/server/security/tls-pair';
import type { Check } from '../check';
import { type Finding, fail, ok, warn } from '../finding';

const DAY = 86_400_000;
const SOON_DAYS = 14;

/** Of a server that speaks TLS itself; that of a proxy is looked at by its address. */
export const certificate: Check = {
  name: 'certificate',
  look: async ({ env: { tls }, now }) => {
    if (!tls) return [];
    const read = readTlsPair(tls);
    if ('pair' in read) return [validityFound(read.pair.validUntil, now())];
    const { variable, message } = read.problem;
    return [fail(`${variable} ${message}`, 'The server does not start', 'Put a whole pair there')];
  },
};

export function validityFound(validUntil: Date, now: number): Finding {
  const days = Math.floor((validUntil.getTime() - now) / DAY);
  const until = `the certificate is valid until ${validUntil.toISOString().slice(0, 10)}`;
  if (days < 0) return fail(until, 'Browsers refuse it', 'Renew it: the server takes it up by itself');
  if (days < SOON_DAYS)
    return warn(
      `${until}, ${days} days`,
      'Browsers refuse it from then on',
      'See why it was not renewed yet',
    );
  return ok(until);
}
