import { createHash } from 'node:crypto';

/** A job's id, derived from what it is about, so that sending twice makes one job. */
export function jobIdOf(...parts: (string | number)[]): string {
  const hex = createHash('md5').update(parts.join(':')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
