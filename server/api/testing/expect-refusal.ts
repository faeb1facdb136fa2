import { expect } from 'vitest';
import type { Answer } from './call';

/** A refusal that somebody can act on, and that tells nothing of the inside. */
export function expectRefusal(answer: Answer, status: number, field: string | null, message: RegExp): void {
  expect(answer).toMatchObject({ status, error: { field, message: expect.stringMatching(message) } });
  expect(answer.text).not.toMatch(/\bat \S+ \(|node_modules|\.ts:\d|stack|select |insert /i);
}
