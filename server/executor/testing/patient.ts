import type { PlaybookDefinition, StepDefinition } from '@/domain/playbook';

/** The longest that a playbook may let a call and a probe take. */
const CALL_MS = 300_000;
const PROBE_MS = 60_000;

/** The playbook with all the time there is, where it does not say how much: a busy machine may be late to answer. */
export function patient({ stages, ...rest }: PlaybookDefinition): PlaybookDefinition {
  return { ...rest, stages: stages.map((stage) => ({ ...stage, steps: stage.steps.map(unhurried) })) };
}

function unhurried(step: StepDefinition): StepDefinition {
  if (step.type === 'wait' || step.type === 'approval') return step;
  if (step.type === 'health-check') return { timeoutMillis: PROBE_MS, ...step };
  if (step.connector === 'redis') return { timeoutMillis: CALL_MS, ...step };
  const { request, calls, readBack } = step as { request?: object; calls?: object[]; readBack?: object };
  const call = (given: object | undefined) => ({ timeoutMillis: CALL_MS, ...given });
  return {
    ...step,
    ...(calls ? { calls: calls.map(call) } : { request: call(request) }),
    ...(readBack && { readBack: call(readBack) }),
  };
}
