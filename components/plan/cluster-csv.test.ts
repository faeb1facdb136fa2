import { expect, it } from 'vitest';
import type { Failure } from '@/domain/failure';
import type { TaskView } from '@/domain/view/plan-view';
import { clusterCsv } from './cluster-csv';

const failed = (taskId: string, at: string, message: string) =>
  ({
    taskId,
    tenantId: `tenant-${taskId}`,
    tenantName: '=Acme, "eu"',
    status: 'FAILED',
    currentStage: 'Health',
    failure: { at, message, code: 'STUCK', step: 'Confirm', instance: null } as Failure,
  }) as TaskView;

it('tells of everybody with the problem what went wrong and when, the first first', () => {
  const tasks = [
    failed('PLN-1.2', '2026-11-24T04:00:02.000Z', 'runs v1'),
    failed('PLN-1.1', '2026-11-24T04:00:01.000Z', 'runs v0'),
  ];
  expect(clusterCsv({ tasks }).split('\r\n')).toEqual([
    'at,tenant,name,task,status,stage,step,instance,code,message',
    `2026-11-24T04:00:01.000Z,tenant-PLN-1.1,"'=Acme, ""eu""",PLN-1.1,FAILED,Health,Confirm,,STUCK,runs v0`,
    `2026-11-24T04:00:02.000Z,tenant-PLN-1.2,"'=Acme, ""eu""",PLN-1.2,FAILED,Health,Confirm,,STUCK,runs v1`,
    '',
  ]);
});
