import { createPublicKey, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { createAuditSigner } from './audit-signer';

const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

it('signs with the newest key, and knows what any of its keys signed', () => {
  const before = createAuditSigner([one]).sign('a day');
  const rotating = createAuditSigner([other, one]);
  expect(rotating.check('a day', before.keyId, before.signature)).toBe('good');
  expect(rotating.check('another day', before.keyId, before.signature)).toBe('bad');
  expect(rotating.sign('a day').keyId).not.toBe(before.keyId);
  expect(createAuditSigner([other]).check('a day', before.keyId, before.signature)).toBe('unknownKey');
});

it.each(['', 'AAAA', 'not base64 at all \u{1f600}'])('takes %j for no signature', (signature) => {
  const signer = createAuditSigner([one]);
  expect(signer.check('a day', signer.sign('a day').keyId, signature)).toBe('bad');
});

it('gives public keys, by which anybody checks and nobody signs', () => {
  const signer = createAuditSigner([one]);
  const [{ publicKey = '' } = {}] = signer.publicKeys;
  const key = createPublicKey(publicKey);
  const { signature } = signer.sign('a day');
  expect(verify(null, Buffer.from('a day'), key, Buffer.from(signature, 'base64'))).toBe(true);
  expect(JSON.stringify(signer.publicKeys)).not.toContain(one.toString('hex'));
  expect(publicKey).toContain('BEGIN PUBLIC KEY');
});
