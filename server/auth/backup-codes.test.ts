import { describe, expect, it } from 'vitest';
import { backupCodeOf, codeOf, newBackupCodes } from './backup-codes';

describe('backup codes', () => {
  it('are ten, all different, of what cannot be misread', () => {
    const codes = newBackupCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[a-hjkmnp-z2-9]{5}-[a-hjkmnp-z2-9]{5}$/);
  });

  it('are known however they are typed', () => {
    for (const typed of ['abcde-fgh23', ' ABCDE FGH23 ', 'abcdefgh23', 'Abcde–fgh23'])
      expect(backupCodeOf(typed)).toBe('abcde-fgh23');
  });
});

it('a code is known with the gap that authenticators show', () => {
  expect(codeOf(' 123 456 ')).toBe('123456');
});
