import { z } from 'zod';
import { MOST_LABEL_SETS, MOST_LABELS_IN_SET, MOST_LIMIT_BYTES } from '@/domain/limited-to';
import type { Role } from '@/server/auth/principal';
import { labels, orNull } from './inputs';

const labelSet = labels.refine((set) => {
  const { length } = Object.keys(set);
  return length > 0 && length <= MOST_LABELS_IN_SET;
}, `has 1 to ${MOST_LABELS_IN_SET} labels`);

const labelSets = z
  .array(labelSet)
  .min(1, 'Give at least one set of labels, or null for all tenants.')
  .max(MOST_LABEL_SETS, `Give at most ${MOST_LABEL_SETS} sets of labels.`)
  .refine(
    (sets) => Buffer.byteLength(JSON.stringify(sets)) <= MOST_LIMIT_BYTES,
    'is too long: take fewer or shorter labels',
  );

/** Which tenants somebody's rights are about: those with one of these sets of labels; null, or left out, for all. */
export const limitedTo = orNull(labelSets);
/** Of somebody who has rights: left out, they stay as they are. */
export const newLimits = labelSets.nullish();

/** Administrators change what all tenants depend on. */
export const noLimitedAdmin = {
  fits: ({ role, limitedTo: limits }: { role?: Role | undefined; limitedTo?: unknown }) =>
    role !== 'admin' || limits == null,
  told: {
    path: ['limitedTo'],
    message: 'Administrators are for all tenants: choose another role, or no labels.',
  },
};
