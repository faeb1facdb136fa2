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

export const MASK = '••••••';

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

/** Replaces every secret in a text, also as JSON, URL and base64 (which steps may have encoded it to). */
export function mask(text: string, secrets: Iterable<string>): string {
  return maskForms(text, formsOf(secrets));
}

/**
 * The beginning of a text, at most `chars` of it and then "…", with every secret replaced. Only as much of the text is
 * looked through as is needed: a megabyte and many secrets would hold the event loop. A secret that is cut off by the end
 * of what was looked through is not shown in part.
 */
export function maskedStart(text: string, secrets: Iterable<string>, chars: number): string {
  const forms = formsOf(secrets);
  const longest = forms[0]?.length ?? 0;
  const looked = text.slice(0, chars + 2 * longest);
  const masked = maskForms(looked, forms);
  if (looked.length === text.length) return masked.length > chars ? `${masked.slice(0, chars)}…` : masked;
  return `${masked.slice(0, Math.max(0, Math.min(chars, masked.length - longest)))}…`;
}

/** Longest first: a secret that contains another must not be left half visible. */
function formsOf(secrets: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const value of secrets) {
    if (value === '') continue;
    const base64 = Buffer.from(value).toString('base64');
    for (const form of [
      value,
      JSON.stringify(value).slice(1, -1),
      // What a target sent may hold half a character, which has no such form.
      encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd')),
      new URLSearchParams([['', value]]).toString().slice(1),
      base64,
      base64.replaceAll('=', ''),
      Buffer.from(value).toString('base64url'),
    ]) {
      forms.add(form);
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

function maskForms(text: string, forms: readonly string[]): string {
  return forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}
