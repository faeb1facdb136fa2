/** Why a state machine refused an input. `code` is stable for programs, `message` is for the operator. */
export interface Rejection {
  code: RejectionCode;
  message: string;
}

export const REJECTION_CODES = [
  'NOT_ALLOWED_IN_STATE',
  'ALREADY_REQUESTED',
  'NO_OPEN_REQUEST',
  'PLAN_PAUSED',
  'PLAN_CANCELLING',
  'PLAN_ROLLING_BACK',
  'PLAN_NOT_STARTED',
  'RETRY_LIMIT',
  'NEWER_TASK',
  'NO_PREVIOUS',
  'NOTHING_TO_ROLL_BACK',
  'SAME_VERSION',
  'STAGES_LEFT',
  'NOTHING_TO_DO',
  'OUT_OF_RANGE',
  'APPROVAL_NEEDED',
  'NOT_AN_APPROVER',
  'IN_DOUBT',
  'REASON_NEEDED',
  'CHANGED_MEANWHILE',
  'REFUSED_BY_GUARD',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export function reject(code: RejectionCode, message: string): { ok: false; rejection: Rejection } {
  return { ok: false, rejection: { code, message } };
}
