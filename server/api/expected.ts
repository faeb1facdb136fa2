import { CommandRefused, NotFound } from '@/server/input/refused';

/** What was looked for, or done; throws {@link NotFound} when there is no such thing. */
export function found<T>(value: T | null | undefined | false, what: string, id: string): T {
  if (value === null || value === undefined || value === false) throw new NotFound(what, id);
  return value;
}

/** A command that something speaks against which its caller can change. */
export const refusedByGuard = (message: string) => new CommandRefused({ code: 'REFUSED_BY_GUARD', message });
