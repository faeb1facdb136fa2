/**
 * What steps of one's own are made with: `import … from 'switchyard/steps'`. It is promised, and grows only; what must change
 * otherwise raises {@link STEP_API}.
 */
export { z } from 'zod';
export { render } from '@/domain/template';
export { targetGuardOf } from '@/server/security/target-guard';
export { httpCallOf } from './http-settings';
export { scopeFor } from './request-scope';
export { sendRequest } from './send-request';
export { defineStep, failure, type Step } from './step';
export { textsIn } from './step-templates';
export type { StepResult, TaskRuntimeContext } from './task-runtime-context';
