/** When a freeze holds: once between two moments, or every week on some days between two wall-clock times. */
export type FreezeWindow =
  | { kind: 'once'; from: string; to: string }
  | {
      kind: 'weekly';
      /** ISO weekdays, Monday is 1. The window begins on these days. */
      days: number[];
      /** "HH:MM" on the clocks of `timeZone`; an end at or before the start lies on the next day. */
      from: string;
      to: string;
      /** IANA name, like Europe/Berlin. */
      timeZone: string;
    };
