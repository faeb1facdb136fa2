import { describe, expect, it } from 'vitest';
import { createSecretBox, SecretUnreadable } from './secrets';

const oldKey = Buffer.alloc(32, 1);
const newKey = Buffer.alloc(32, 2);

describe('the secret box', () => {
  const box = createSecretBox([newKey, oldKey]);

  it('opens what it sealed, and never seals alike twice', () => {
    const sealed = box.seal('row-1', 'pässword');
    expect(box.open('row-1', sealed)).toBe('pässword');
    expect(sealed).not.toContain('pässword');
    expect(box.seal('row-1', 'pässword')).not.toBe(sealed);
  });

  it('refuses a ciphertext moved to another row, cut or changed', () => {
    const sealed = box.seal('row-1', 'hunter2');
    const [id, iv, body = ''] = sealed.split('.');
    expect(() => box.open('row-2', sealed)).toThrow(SecretUnreadable);
    expect(() => box.open('row-1', `${id}.${iv}.${body.slice(0, 10)}`)).toThrow(SecretUnreadable);
    expect(() => box.open('row-1', `${id}.${iv}.A${body.slice(1)}A`)).toThrow(SecretUnreadable);
  });

  it('opens old secrets while rotating, and knows them', () => {
    const sealed = createSecretBox([oldKey]).seal('row-1', 'hunter2');
    expect(box.open('row-1', sealed)).toBe('hunter2');
    expect(box.isCurrent(sealed)).toBe(false);
    expect(box.isCurrent(box.seal('row-1', 'hunter2'))).toBe(true);
    expect(() => createSecretBox([newKey]).open('row-1', sealed)).toThrow('no longer holds');
  });
});
