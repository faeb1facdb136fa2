import { z } from 'zod';
import { decodeCursor, type Order } from '@/db/queries/page';

/** What every list is asked with besides its filters: where to go on, and how many at most. */
export function pageInput(order: Order, limit: { usual: number; most: number }) {
  return {
    cursor: z
      .string()
      .max(1000)
      .transform((text, context) => {
        const position = decodeCursor(order, text);
        if (position) return position;
        context.addIssue({ code: 'custom', message: 'is not the `next` of a page of this list' });
        return z.NEVER;
      })
      .nullish(),
    limit: z.number().int().min(1).max(limit.most).default(limit.usual),
  };
}
