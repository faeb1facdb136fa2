import type { ErrorType } from '@/domain/failure';
import type { RollbackPolicy } from './choice';

/** What only a person can judge is never undone by itself. */
const FOR_A_PERSON: readonly ErrorType[] = ['DRIFT', 'IN_DOUBT'];

/** Whether a task that failed so is rolled back without an operator. */
export const rollsBack = (policy: RollbackPolicy, errorType: ErrorType): boolean =>
  policy.kind === 'automatic' && !FOR_A_PERSON.includes(errorType);
