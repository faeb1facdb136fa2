import type { EnvError } from '@/server/env';
import { isLoopback } from '@/server/security/never-called';
import type { Check } from '../check';
import { type Finding, fail, ok, warn } from '../finding';

/** What the start would be refused for, a line each. */
export const refusals = ({ problems }: EnvError): Finding[] =>
  problems.map(({ variable, message }) =>
    fail(`${variable} ${message}`, 'The server does not start', 'Correct it in the environment'),
  );

/** What can be read, and is still not as it should be. */
export const environment: Check = {
  name: 'environment',
  look: async ({ env }) => {
    const { host, publicUrl, trustedProxies, tls } = env;
    const findings: Finding[] = [];
    const open = !isLoopbackHost(host);
    if (open && !publicUrl)
      findings.push(
        warn(
          `HOST is ${host}, and SWITCHYARD_PUBLIC_URL is not set`,
          'Others can reach the port, without Secure cookies, and links lead to this machine',
          'Set SWITCHYARD_PUBLIC_URL to the address that browsers use',
        ),
      );
    if (publicUrl?.protocol === 'http:' && !isLoopbackHost(publicUrl.hostname))
      findings.push(
        warn(
          `SWITCHYARD_PUBLIC_URL is ${publicUrl.origin}, without TLS`,
          'Passwords and cookies can be read on the way',
          'Put a proxy with a certificate before it, or set SWITCHYARD_TLS_CERT, and set the https address',
        ),
      );
    if (publicUrl?.protocol === 'https:' && !tls && trustedProxies.length === 0)
      findings.push(
        warn(
          'SWITCHYARD_TRUSTED_PROXIES is not set behind an https address',
          'Everybody seems to come from the proxy: one person’s wrong passwords make all wait',
          'Set it to the addresses or networks of your proxies',
        ),
      );
    return findings.length > 0 ? findings : [ok('the environment can be read, and nothing is missing in it')];
  },
};

function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || (bare !== '0.0.0.0' && bare !== '::' && isLoopback(bare));
}
