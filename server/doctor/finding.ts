export type Level = 'ok' | 'warn' | 'fail';

/** What one look came to: what is there, what it means, and what to do. */
export interface Finding {
  level: Level;
  found: string;
  meaning?: string;
  remedy?: string;
}

/** A finding, and which check made it. */
export interface Result extends Finding {
  check: string;
}

export const ok = (found: string): Finding => ({ level: 'ok', found });
export const warn = (found: string, meaning: string, remedy: string): Finding => ({
  level: 'warn',
  found,
  meaning,
  remedy,
});
export const fail = (found: string, meaning: string, remedy: string): Finding => ({
  level: 'fail',
  found,
  meaning,
  remedy,
});
