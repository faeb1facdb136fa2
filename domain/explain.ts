import { MOST_TAKEOVERS } from './takeover';
import { type TaskSituation, type Wait, type Why, whyOf } from './why';

/** The "why is it here?" sentence on top of a task. */
export function explain(task: TaskSituation): string {
  return whyOf(task).map(words).join(' ');
}

function words(why: Why): string {
  switch (why.why) {
    case 'waits':
      return `Waiting: ${waiting(why.for)}`;
    case 'requested':
      return `${capital(why.kind)} requested by ${why.by}; waiting: ${waiting(why.for)}`;
    case 'running':
    case 'goingBack': {
      const verb = why.why === 'running' ? 'Running' : 'Rolling back';
      return `${verb} ${stageOf(why)}${why.name ? ` (${why.name})` : ''}.`;
    }
    case 'heldByStop':
      return `Its step may be on its way and is not sent again while admission is stopped everywhere (${why.reason}).`;
    case 'heldByFreeze':
      return `Its step may be on its way and is not sent again while the tenant is frozen until ${why.until} (${why.name}).`;
    case 'rounds':
      return `${why.count} health rounds are over${next(why)}${why.told ? ` (${why.told})` : ''}.`;
    case 'tries':
      return `Tried ${why.count} times${next(why)}.`;
    case 'takenOver': {
      const because = why.because ? `; the last run ended with: ${why.because}` : '';
      return `Taken over ${why.count} times without getting on (it is given up after ${MOST_TAKEOVERS}), the next time not before ${why.next}${because}.`;
    }
    case 'asked': {
      const reason = why.reason ? ` (${why.reason})` : '';
      const when = why.atOnce ? 'it ends the stage at once' : 'it takes effect after this stage';
      return `${capital(why.kind)} requested by ${why.by}${reason}: ${when}.`;
    }
    case 'planAsked':
      return `${PLAN_ASKED[why.intent]}${why.by ? ` by ${why.by}` : ''}: it takes effect after this stage.`;
    case 'pausedWithPlan':
      return 'Paused with its plan. Resume the plan to go on.';
    case 'approval':
      return `Waits for an approval in ${stageOf(why)}. Approve it to go on, or reject it to stop here.`;
    case 'pausedByPolicy':
      return `Paused before ${stageOf(why)} by the plan's pause policy. Resume it to go on.`;
    case 'paused':
      return `Paused before ${stageOf(why)}. It keeps its tenant until it is resumed, cancelled or rolled back.`;
    case 'failed':
    case 'rollbackFailed':
      return `${why.why === 'failed' ? 'Failed' : 'The rollback failed'} in ${stageOf(why)}: ${why.message ?? 'no reason was given.'}`;
    case 'decideInDoubt':
      return 'Look at the target, then say whether it was applied or is to be sent again.';
    case 'decideDrift':
      return 'Mend the tenant and retry, or override with a reason.';
    case 'completed':
      return 'Completed: all stages are done.';
    case 'cancelledAfter':
      return `Cancelled after ${stageOf(why)}. Cancelling does not roll back.`;
    case 'cancelledFirst':
      return 'Cancelled before its first stage.';
    case 'rolledBack':
      return 'Rolled back to the version it had before.';
    case 'leftOut':
      return 'Left out: its validation failed when the plan was created.';
    case 'validated':
      return 'Being validated.';
  }
}

const PLAN_ASKED = {
  pause: 'A pause of the plan is requested',
  cancel: 'Cancelling the plan is requested',
  rollback: 'A rollback of the plan is requested',
};

/** Follows "waiting:". */
function waiting(wait: Wait): string {
  switch (wait.wait) {
    case 'startsAt':
      return `the plan starts at ${wait.at}.`;
    case 'startMissed':
      return `the plan was to start by ${wait.by} and could not. Start it now, or set another time.`;
    case 'notStarted':
      return 'the plan has not been started.';
    case 'stopped':
      return `admission is stopped everywhere (${wait.reason}).`;
    case 'halted':
      return `the plan is halted. ${wait.reason} Continue it to go on.`;
    case 'late':
      return `the plan's deadline, ${wait.since}, has passed. Move the deadline to go on, or cancel or roll back.`;
    case 'planPaused':
      return 'the plan is paused.';
    case 'bake':
      return `${waveOf(wait)} starts at ${wait.at}, after the bake.`;
    case 'gate':
      return `${waveOf(wait)} starts once wave ${wait.before} has passed its gate, measured ${wait.measured} of ${wait.measurements} times.`;
    case 'failures':
      return `${waveOf(wait)} does not start while ${wait.failed} of wave ${wait.before} did not complete. Retry them, or continue the plan in spite of them.`;
    case 'wave':
      return `${waveOf(wait)} starts after wave ${wait.before}.`;
    case 'nextTry':
      return `the next try is not before ${wait.at}.`;
    case 'frozen':
      return `frozen until ${wait.until} (${wait.name}).`;
    case 'tenant':
      return `tenant busy in ${wait.plan}.`;
    case 'slots':
      return `${wait.busy} of ${wait.of} slots busy${queue(wait)}.`;
    case 'soon':
      return `about to start${queue(wait)}.`;
  }
}

const stageOf = ({ stage, of }: { stage: number; of: number }) => `stage ${stage} of ${of}`;
const waveOf = ({ wave, of }: { wave: number; of: number }) => `wave ${wave} of ${of}`;
const next = ({ next: at }: { next: string | null }) => (at ? `, the next not before ${at}` : '');
const queue = ({ place }: { place: number | null }) => (place === null ? '' : `, ${ordinal(place)} in queue`);
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function ordinal(place: number): string {
  const tens = place % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${suffix}`;
}
