import { describe, expect, it } from 'vitest';
import type { Json } from './json-value';
import { movedTo, neighbour, newStep, outlineOf, withStage, withStepIn } from './outline-edit';

const step = (name: string) => ({ name, type: 'wait', seconds: 1, ofTheFuture: true });
const PLAYBOOK: Json = {
  stages: [
    { name: 'One', steps: [step('a'), step('b')], when: { label: 'tier' } },
    { name: 'Two', steps: [step('c')] },
  ],
  policies: { retry: { kind: 'none' } },
};
const names = (definition: Json | null) =>
  definition === null
    ? null
    : outlineOf(definition).map((stage) => `${stage.name}: ${stage.steps.map((one) => one.name).join()}`);

describe('stages and steps', () => {
  it('move among their like, and a step into another stage', () => {
    expect(names(movedTo(PLAYBOOK, { stage: 1, step: null }, { stage: 0, step: null }))).toEqual([
      'Two: c',
      'One: a,b',
    ]);
    expect(names(movedTo(PLAYBOOK, { stage: 0, step: 1 }, { stage: 1, step: 0 }))).toEqual([
      'One: a',
      'Two: b,c',
    ]);
    expect(movedTo(PLAYBOOK, { stage: 0, step: 0 }, { stage: 5, step: 0 })).toBeNull();
  });

  it('keep what nobody knows of them', () => {
    const edited = movedTo(PLAYBOOK, { stage: 0, step: 0 }, { stage: 0, step: 1 });
    expect(edited).toMatchObject({
      stages: [{ when: { label: 'tier' }, steps: [step('b'), step('a')] }, {}],
      policies: { retry: { kind: 'none' } },
    });
  });

  it('have a neighbour as long as there is one', () => {
    const outline = outlineOf(PLAYBOOK);
    expect(neighbour(outline, { stage: 0, step: 1 }, 1)).toEqual({ stage: 1, step: 0 });
    expect(neighbour(outline, { stage: 1, step: 0 }, -1)).toEqual({ stage: 0, step: 2 });
    expect(neighbour(outline, { stage: 1, step: 0 }, 1)).toBeNull();
    expect(neighbour(outline, { stage: 0, step: null }, -1)).toBeNull();
  });

  it('are added at the end, also where there is nothing yet', () => {
    const grown = withStepIn(withStage({}, 'First'), 0, newStep('wait', 'Rest'));
    expect(grown).toEqual({
      stages: [{ name: 'First', steps: [{ name: 'Rest', type: 'wait', seconds: 60 }] }],
    });
    expect(outlineOf('no playbook')).toEqual([]);
  });
});
