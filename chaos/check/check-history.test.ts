import { describe, expect, it } from 'vitest';
import { checkHistory } from './check-history';
import type { History } from './history';
import { SCRIPTED_DEFECTS } from './testing/scripted-defects';
import { ScriptedHistory } from './testing/scripted-history';

/** Two plans, one tenant in common; a pause, a recovery, a retry-free rollback: everything as it should be. */
function script(): ScriptedHistory {
  const told = new ScriptedHistory();
  told.plan('PLN-1', ['a', 'b', 'c']);
  told.plan('PLN-2', ['a', 'd'], 1);
  told.admit('PLN-1.1');
  told.claim('PLN-1.1');
  told.finishStage('PLN-1.1');
  told.admit('PLN-1.2');
  told.claim('PLN-1.2');
  told.claim('PLN-1.2');
  told.finishStage('PLN-1.1');
  told.task('PLN-1.2', { type: 'pause', actor: 'op', reason: null });
  told.finishStage('PLN-1.2');
  told.history.checkpoints.push({ taskId: 'PLN-1.2', direction: 'forward', epoch: 2, stageIndex: 0 });
  const paused = told.taskOf('PLN-1.2');
  const dataAt = { epoch: 2, stageIndex: 0 };
  paused.task = { ...paused.task, dataAt };
  told.carry('PLN-1.2', { dataAt });
  told.admit('PLN-1.3');
  told.claim('PLN-1.3');
  told.finishStage('PLN-1.3');
  told.finishStage('PLN-1.3');
  told.task('PLN-1.3', { type: 'rollback', actor: 'op', reason: 'bad' });
  told.admit('PLN-1.3');
  told.claim('PLN-1.3');
  told.finishStage('PLN-1.3');
  told.finishStage('PLN-1.3');
  for (const taskId of ['PLN-2.1', 'PLN-2.2']) {
    told.admit(taskId);
    told.claim(taskId);
    told.finishStage(taskId);
    told.finishStage(taskId);
  }
  told.own('PLN-2', { type: 'settle' });
  for (const { tenantId, currentVersion } of told.history.tenants)
    if (currentVersion !== null && currentVersion !== 'unknown')
      told.history.instances.push({ tenantId, instance: `${tenantId}-1`, version: currentVersion });
  return told;
}

const invariantsOf = (history: History) => [...new Set(checkHistory(history).map((one) => one.invariant))];

describe('a history as it should be', () => {
  it('has no violation', () => {
    expect(checkHistory(script().history)).toEqual([]);
  });
});

describe('the checker finds', () => {
  it.each(SCRIPTED_DEFECTS)('%s', (_name, expected, plant) => {
    const told = script();
    plant(told);
    expect(invariantsOf(told.history)).toContain(expected);
  });
});
