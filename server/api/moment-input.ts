import { z } from 'zod';

const WORDS = 'must be a date and time that says its zone, like 2026-12-24T06:00:00Z';

/** A moment as text: ISO 8601 with Z or an offset. */
export const momentText = z.iso.datetime({ offset: true, error: WORDS });

const readText = z.union([momentText, z.iso.datetime({ offset: true, precision: -1 }), z.iso.date()]);

/**
 * A moment: a Date, or a text like `momentText`, also without seconds; a day alone begins in UTC. Nothing else: it would be read on the server's
 * clock, or as the 2nd of March where the 30th of February was meant.
 */
export const moment = z.preprocess((given) => {
  const text = readText.safeParse(given);
  return text.success ? new Date(text.data) : given;
}, z.date(WORDS));
