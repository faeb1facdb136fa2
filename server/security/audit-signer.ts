import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { SummarySigner } from '@/domain/audit-summary';
import { deriveKey, keyId } from './secret-key';

/** Signs what is kept of removed days of the audit log, so that who has the database alone cannot make it up. */
export interface AuditSigner extends SummarySigner {
  /** Of each key of this server, the newest first. Who has them can check signatures, and make none. */
  publicKeys: readonly { keyId: string; publicKey: string }[];
}

/** The algorithm, as PKCS #8 says it before the 32 bytes of an Ed25519 key. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Signs with Ed25519, by a key made of the first secret key, and knows what any of them signed. */
export function createAuditSigner(keys: readonly Buffer[]): AuditSigner {
  const ring = new Map(keys.map((key) => [keyId(key), pairOf(key)]));
  const [newest] = ring;
  if (!newest) throw new Error('At least one secret key is needed');
  const [newestId, { privateKey }] = newest;
  return {
    sign: (text) => ({
      keyId: newestId,
      signature: sign(null, Buffer.from(text), privateKey).toString('base64'),
    }),
    check(text, id, signature) {
      const pair = ring.get(id);
      if (!pair) return 'unknownKey';
      const fits = verify(null, Buffer.from(text), pair.publicKey, Buffer.from(signature, 'base64'));
      return fits ? 'good' : 'bad';
    },
    publicKeys: [...ring].map(([id, { publicKey }]) => ({
      keyId: id,
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    })),
  };
}

function pairOf(key: Buffer): { privateKey: KeyObject; publicKey: KeyObject } {
  const der = Buffer.concat([PKCS8_ED25519, deriveKey(key, 'audit summaries')]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
