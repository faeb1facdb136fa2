import { bigint, timestamp } from 'drizzle-orm/pg-core';

/** A moment, to the microsecond in the database and to the millisecond in a `Date`. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const createdAt = () => at('created_at').notNull().defaultNow();
export const updatedAt = () => at('updated_at').notNull().defaultNow();

/** Eight bytes; no number of ours is too large for JavaScript. */
export const large = (name: string) => bigint(name, { mode: 'number' });
