import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type ConnectionOptions, rootCertificates } from 'node:tls';

/** How a connection is encrypted where the usual way will not do. */
export interface TlsWay {
  /** Authorities to trust besides the well-known ones. */
  caPem?: string | undefined;
  /** Shows who we are. */
  certPem?: string | undefined;
  keyPem?: string | undefined;
  /** The name that the target's certificate is for. */
  serverName?: string | undefined;
  /** False: whoever answers is taken for the target. */
  verify?: boolean | undefined;
}

/** The authorities to name in a TLS connection that trusts another one: naming it alone would replace all others. */
function authorities(caPem: string): string[] {
  return [...rootCertificates, caPem];
}

/** What Node's TLS is told. */
export function tlsOptions({ caPem, certPem, keyPem, serverName, verify }: TlsWay): ConnectionOptions {
  return {
    ...(caPem ? { ca: authorities(caPem) } : {}),
    ...(certPem ? { cert: certPem } : {}),
    ...(keyPem ? { key: keyPem } : {}),
    ...(serverName ? { servername: serverName } : {}),
    ...(verify === false ? { rejectUnauthorized: false } : {}),
  };
}

/** Which of its texts is no PEM, in words that can stand alone; null when all are. */
export function tlsProblem({ caPem, certPem, keyPem }: TlsWay): string | null {
  const certificates = Object.entries({ caPem, 'tls.certPem': certPem });
  for (const [name, pem] of certificates)
    if (pem !== undefined && !isRead(() => new X509Certificate(pem)))
      return `the PEM of ${name} cannot be read: it must be a certificate, from -----BEGIN CERTIFICATE----- on`;
  if (keyPem !== undefined && !isRead(() => createPrivateKey(keyPem)))
    return 'the PEM of tls.keyPem cannot be read: it must be a private key without a password';
  return null;
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
