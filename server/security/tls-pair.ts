import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Where the certificate, with those that lead to its authority, and its key are. */
export interface TlsFiles {
  certificate: string;
  key: string;
}

export interface TlsPair {
  cert: Buffer;
  key: Buffer;
  validUntil: Date;
}

/** Which setting is wrong, in the operator's words. */
export interface TlsProblem {
  variable: 'SWITCHYARD_TLS_CERT' | 'SWITCHYARD_TLS_KEY';
  message: string;
}

/** Reads a pair and looks whether it is one; a certificate that is over is one still. */
export function readTlsPair(files: TlsFiles): { pair: TlsPair } | { problem: TlsProblem } {
  const ofCertificate = (message: string) => ({
    problem: { variable: 'SWITCHYARD_TLS_CERT', message: `${files.certificate} ${message}` } as const,
  });
  const ofKey = (message: string) => ({
    problem: { variable: 'SWITCHYARD_TLS_KEY', message: `${files.key} ${message}` } as const,
  });
  const cert = readOr(files.certificate);
  if (typeof cert === 'string') return ofCertificate(cert);
  const key = readOr(files.key);
  if (typeof key === 'string') return ofKey(key);
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(cert);
  } catch {
    return ofCertificate('holds no certificate in PEM');
  }
  let secret: KeyObject;
  try {
    secret = createPrivateKey(key);
  } catch {
    return ofKey('holds no private key in PEM that opens without a passphrase');
  }
  if (!certificate.checkPrivateKey(secret))
    return ofKey(`is not the key of the first certificate in ${files.certificate}`);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    return ofCertificate(`cannot be used (${error instanceof Error ? error.message : String(error)})`);
  }
  return { pair: { cert, key, validUntil: new Date(certificate.validTo) } };
}

function readOr(file: string): Buffer | string {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    return `cannot be read (${code})`;
  }
}
