/** An operator did not want to wait for the stage: the step ends between two rounds or tries, or abandons its call. */
export class StepStopped extends Error {
  override readonly name = 'StepStopped';
  constructor(
    readonly by: string,
    readonly because: string | null,
  ) {
    super(`Stopped by ${by}`);
  }
}
