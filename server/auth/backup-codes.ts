import { randomInt } from 'node:crypto';

const COUNT = 10;
/** What is not taken for something else when it is read from paper. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const HALF = 5;

/** Codes for who has lost what makes them: each opens once, and is as hard to guess as 49 random bits. */
export const newBackupCodes = (): string[] => Array.from({ length: COUNT }, () => `${half()}-${half()}`);

const half = () => Array.from({ length: HALF }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** A backup code as it was written down, however it is typed. */
export function backupCodeOf(typed: string): string {
  const plain = typed.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return `${plain.slice(0, HALF)}-${plain.slice(HALF)}`;
}

/** A code of an authenticator, which shows it in two halves. */
export const codeOf = (typed: string): string => typed.replaceAll(/\s/g, '');
