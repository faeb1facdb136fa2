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

/**
 * The same for a list that is read in one of several orders, the usual one unless another is asked for. A cursor belongs to
 * the order it came with.
 */
export function sortedPageInput<Filter extends z.ZodRawShape, Name extends string>(
  filter: Filter,
  orders: Readonly<Record<Name, Order>>,
  usual: NoInfer<Name>,
  limit: { usual: number; most: number },
) {
  const names = Object.keys(orders) as [Name, ...Name[]];
  return z
    .strictObject({
      ...filter,
      cursor: z.string().max(1000).nullish(),
      limit: z.number().int().min(1).max(limit.most).default(limit.usual),
      sort: z
        .strictObject({ by: z.enum(names), descending: z.boolean().default(false) })
        .prefault({ by: usual }),
    })
    .transform((input, context) => {
      const {
        cursor: text,
        sort,
        ...rest
      } = input as typeof input & {
        cursor?: string | null;
        sort: { by: Name; descending: boolean };
      };
      const order: Order = { ...orders[sort.by], by: sort.descending ? 'desc' : 'asc' };
      const cursor = text ? decodeCursor(order, text) : null;
      if (!text || cursor) return { ...rest, cursor, order };
      context.addIssue({
        code: 'custom',
        path: ['cursor'],
        message: 'is not the `next` of a page of this list',
      });
      return z.NEVER;
    });
}
