/** ISO weekdays: Monday is 1. */
export const WEEKDAYS = ['1', '2', '3', '4', '5', '6', '7'] as const;

/** Which of the weekdays of a month: -1 is the last. */
export const WEEKS = ['1', '2', '3', '4', '5', '-1'] as const;
