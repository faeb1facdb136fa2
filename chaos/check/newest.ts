import { occupiesSlot, planIdOf, type TaskStatus } from '@/domain/task';
import type { Findings } from './findings';
import type { CommittedEvent, History } from './history';

const ENDED_FORWARD: readonly TaskStatus[] = ['COMPLETED', 'FAILED', 'CANCELLED'];

/** When a task was admitted, and when a stage of it first started. */
interface Course {
  taskId: string;
  plan: number;
  admissions: { at: number; place: string }[];
  firstStageAt: number;
  /** It ended without anything being sent: it left nothing that could be overwritten. */
  leftNothing: boolean;
}

/**
 * Newest wins: a task is not admitted any more once a newer one of its tenant and unit has started a stage. Newer is what
 * was first admitted later; beside one that was never admitted, what a later plan brings.
 */
export function checkNewest({ tasks, events }: History, findings: Findings): void {
  const groups = new Map<string, Course[]>();
  const courses = new Map<string, Course>();
  for (const { task, unitId } of tasks) {
    const { taskId, tenantId } = task;
    const plan = Number(planIdOf(taskId).slice('PLN-'.length));
    const course: Course = {
      taskId,
      plan,
      admissions: [],
      firstStageAt: Number.POSITIVE_INFINITY,
      leftNothing: !task.sent.calls && ENDED_FORWARD.includes(task.status),
    };
    courses.set(taskId, course);
    const place = `${tenantId} ${unitId}`;
    const group = groups.get(place);
    if (group) group.push(course);
    else groups.set(place, [course]);
  }
  follow(events, courses);
  for (const group of groups.values())
    if (group.length > 1) for (const one of group) checkOne(one, group, findings);
}

function follow(events: readonly CommittedEvent[], courses: ReadonlyMap<string, Course>): void {
  const statuses = new Map<string, TaskStatus>();
  for (const event of events) {
    const course = event.taskId === null ? undefined : courses.get(event.taskId);
    if (!course) continue;
    const before = statuses.get(course.taskId) ?? 'CREATED';
    const after = event.status as TaskStatus;
    statuses.set(course.taskId, after);
    // When it was decided, where nobody knows when it was stored: a tenant changes hands less often than that differs.
    const at = event.storedAt ?? event.at.getTime();
    if (!occupiesSlot(before) && occupiesSlot(after))
      course.admissions.push({ at, place: `${event.planSeq} ${event.kind}` });
    if (event.kind === 'StageStarted' || event.kind === 'StageRollingBack')
      course.firstStageAt = Math.min(course.firstStageAt, at);
  }
}

function checkOne(one: Course, group: readonly Course[], findings: Findings): void {
  const first = one.admissions[0]?.at ?? 0;
  for (const [index, { at, place }] of one.admissions.entries()) {
    const newer = group.find((other) => {
      const otherFirst = other.admissions[0]?.at ?? Number.POSITIVE_INFINITY;
      const isNewer = index === 0 ? other.plan > one.plan : otherFirst > first;
      // What one has sent that was admitted again is known of its last run alone.
      const left = other.admissions.length === 1 && !other.leftNothing;
      return other !== one && isNewer && left && other.firstStageAt < at;
    });
    if (newer)
      findings.add('newest', one.taskId, `${place}, although ${newer.taskId} has switched the tenant since`);
  }
}
