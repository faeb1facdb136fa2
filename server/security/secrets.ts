import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey, keyId } from './secret-key';

/** A secret cannot be opened: an unknown key, or a ciphertext that belongs to another row. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
}

/** Seals and opens secret values; the row's id is authenticated, so ciphertexts cannot be swapped between rows. */
export type SecretBox = {
  seal: (rowId: string, value: string) => string;
  open: (rowId: string, sealed: string) => string;
  /** Whether the value was sealed with the newest key; if not, rotation seals it anew. */
  isCurrent: (sealed: string) => boolean;
  /** Of the keys that open, the newest first; they reveal nothing of the keys. */
  keyIds: readonly string[];
};

/** AES-256-GCM with the first key; any of the keys opens. The text form is `keyId.iv.ciphertext+tag`. */
export function createSecretBox(keys: readonly Buffer[]): SecretBox {
  const ring = new Map(keys.map((key) => [keyId(key), deriveKey(key, 'secrets')]));
  const [current] = ring;
  if (!current) throw new Error('At least one secret key is needed');
  const [currentId, currentKey] = current;

  return {
    seal(rowId, value) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', currentKey, iv).setAAD(Buffer.from(rowId));
      const body = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${currentId}.${iv.toString('base64url')}.${body.toString('base64url')}`;
    },
    open(rowId, sealed) {
      const [id = '', iv = '', body = ''] = sealed.split('.');
      const key = ring.get(id);
      if (!key) {
        throw new SecretUnreadable(
          `This secret was sealed with key ${id}, which SWITCHYARD_SECRET_KEY no longer holds`,
        );
      }
      const bytes = Buffer.from(body, 'base64url');
      if (bytes.length < 16) throw new SecretUnreadable('This secret is damaged');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), {
        authTagLength: 16,
      });
      decipher.setAAD(Buffer.from(rowId)).setAuthTag(bytes.subarray(-16));
      try {
        return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new SecretUnreadable('This secret is damaged or belongs to another variable');
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`${currentId}.`),
    keyIds: [...ring.keys()],
  };
}

/** The id of the key a value was sealed with; null when what is stored does not begin with one. */
export function keyIdOf(sealed: string): string | null {
  const [id = ''] = sealed.split('.', 1);
  return /^[0-9a-f]{8}$/.test(id) ? id : null;
}
