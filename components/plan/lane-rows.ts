/** What of a row can have the focus besides the row itself. */
export const CONTROLS = 'a[href], button, input';

/** The row of a task or group, if it exists. */
export const rowOf = (list: HTMLElement | null, id: string | null): HTMLElement | null =>
  id === null ? null : (list?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`) ?? null);
