/** What of a row can have the focus besides the row itself. */
export const CONTROLS = 'a[href], button, input';

/** The row of a task, if it exists. */
export const rowOf = (list: HTMLElement | null, taskId: string | null): HTMLElement | null =>
  taskId === null ? null : (list?.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"]`) ?? null);
