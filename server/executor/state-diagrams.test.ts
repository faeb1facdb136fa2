import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PLAN_STATUS_CHANGES } from '@/domain/plan';
import { TASK_STATUS_CHANGES } from '@/domain/task';

const page = readFileSync(new URL('../../docs/state-machines.md', import.meta.url), 'utf8');
const diagrams = [...page.matchAll(/```mermaid\n\s*stateDiagram-v2\n([\s\S]*?)```/g)].map(
  ([, body = '']) => body,
);

/** Every arrow of a diagram as `FROM>TO`; a line that is no arrow is an error, not a comment. */
function arrows(body: string): string[] {
  return body
    .trim()
    .split('\n')
    .map((line) => {
      const arrow = /^\s*(\[\*\]|[A-Z_]+) --> ([A-Z_]+)(: .+)?$/.exec(line);
      if (!arrow) throw new Error(`Not an arrow: ${line}`);
      return `${arrow[1]}>${arrow[2]}`;
    });
}

const pairs = (changes: Record<string, readonly string[]>) => [
  '[*]>CREATED',
  ...Object.entries(changes).flatMap(([from, all]) => all.map((to) => `${from}>${to}`)),
];

describe('docs/state-machines.md', () => {
  it('has one diagram for tasks and one for plans', () => expect(diagrams).toHaveLength(2));

  it.each([
    ['tasks', 0, TASK_STATUS_CHANGES],
    ['plans', 1, PLAN_STATUS_CHANGES],
  ] as const)('draws what the code permits for %s, no more and no less', (_name, index, changes) => {
    expect(arrows(diagrams[index] ?? '').sort()).toEqual(pairs(changes).sort());
  });
});
