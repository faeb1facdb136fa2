import { expect, it } from 'vitest';
import type { Segment } from '@/domain/lane';
import { stageHistory } from './stage-history';

const segment = (stage: string, run: number, outcome: Segment['outcome']): Segment => ({
  stage,
  stageIndex: 0,
  direction: 'forward',
  run,
  from: '2026-01-01T00:00:00.000Z',
  to: null,
  outcome,
});
const STAGES = ['Send', 'Reload', 'Health'];

it('calls a stage done that a retry went on after', () => {
  const segments = [
    segment('Send', 1, 'succeeded'),
    segment('Reload', 1, 'failed'),
    segment('Reload', 2, 'running'),
  ];
  const [send, reload, health] = stageHistory(STAGES, { segments, run: 2 }, 1);
  expect(send).toMatchObject({ now: null, doneIn: 1 });
  expect(reload).toMatchObject({ now: { run: 2 }, doneIn: null, earlier: [{ outcome: 'failed' }] });
  expect(health).toEqual({ name: 'Health', now: null, doneIn: null, earlier: [] });
});

it('does not call a stage done that a full retry begins again', () => {
  const segments = [segment('Send', 1, 'succeeded'), segment('Reload', 1, 'failed')];
  const [send] = stageHistory(STAGES, { segments, run: 2 }, 0);
  expect(send).toMatchObject({ now: null, doneIn: null, earlier: [{ run: 1 }] });
});
