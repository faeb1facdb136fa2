import { z } from 'zod';
import { AT_DEADLINE } from '@/domain/plan';
import { createPlanInput, planId, requestId } from './inputs';
import { moment } from './moment-input';

const atDeadline = z.enum(AT_DEADLINE).optional();

/** A plan, with when it has to be finished and what happens then where it is not. */
export const createWithDeadline = createPlanInput
  .extend({ finishBy: moment.nullish(), atDeadline })
  .refine(({ finishBy, atDeadline: then }) => finishBy != null || then === undefined, {
    path: ['atDeadline'],
    error: 'needs a deadline: give finishBy',
  });

export const deadlineInput = z
  .strictObject({
    planId,
    /** From then on nothing of the plan begins; null takes the deadline away. */
    finishBy: moment.nullable(),
    /** What happens then besides: as before, or `hold`, when nothing is said. */
    atDeadline,
    /** The deadline that they looked at; another one since is not replaced. */
    seen: moment.nullish(),
    requestId,
  })
  .refine(({ finishBy, atDeadline: then }) => finishBy !== null || then === undefined, {
    path: ['atDeadline'],
    error: 'needs a deadline: give finishBy',
  });
