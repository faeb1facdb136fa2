import type { ConnectionOptions } from 'node:tls';
import { render, type TemplateScope } from '@/domain/template';
import { type TlsWay, tlsOptions, tlsProblem } from '@/server/security/tls-way';
import type { ConnectionSettings } from './http-settings';

type Said = Pick<ConnectionSettings, 'caPem' | 'tls'>;

/** What a step says of certificates, filled in; null where it says nothing. */
export function tlsFor({ caPem, tls }: Said, scope: TemplateScope): TlsWay | null {
  if (caPem === undefined && tls === undefined) return null;
  const filled = (text: string | undefined) => text && render(text, scope);
  return {
    caPem: filled(caPem),
    certPem: filled(tls?.certPem),
    keyPem: filled(tls?.keyPem),
    serverName: filled(tls?.serverName),
    verify: tls?.verify,
  };
}

/** The same as a connection is told that is not HTTP; null where the step says nothing. Throws what is wrong with a PEM. */
export function socketTls(said: Said, scope: TemplateScope): ConnectionOptions | null {
  const way = tlsFor(said, scope);
  const problem = way && tlsProblem(way);
  if (problem) throw new Error(`${problem[0]?.toUpperCase()}${problem.slice(1)}.`);
  return way && tlsOptions(way);
}
