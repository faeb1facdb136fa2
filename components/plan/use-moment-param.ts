import { parseAsInteger, useQueryState } from 'nuqs';

/** The moment that is looked at, as the number of an event; null for the present. It can be linked to. */
export const useMomentParam = () => useQueryState('at', parseAsInteger.withOptions({ history: 'replace' }));
