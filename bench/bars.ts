import { figure } from './figures';

/** A promise with its bar: what was measured, and whether it holds. */
export interface Bar {
  what: string;
  bar: string;
  measured: string;
  holds: boolean;
}

export const atLeast = (what: string, value: number, bar: number, unit = ''): Bar => ({
  what,
  bar: `≥ ${bar.toLocaleString('en')} ${unit}`.trim(),
  measured: `${figure(value)} ${unit}`.trim(),
  holds: value >= bar,
});

export const atMost = (what: string, value: number, bar: number, unit = ''): Bar => ({
  what,
  bar: `≤ ${bar.toLocaleString('en')} ${unit}`.trim(),
  measured: `${figure(value)} ${unit}`.trim(),
  holds: value <= bar,
});
