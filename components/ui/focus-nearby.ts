/** An element's ancestors within the page, the nearest first, to be asked when it is gone. */
export function ancestorsOf(element: Element | null): readonly Element[] {
  const found: Element[] = [];
  for (let one = element?.parentElement; one && one !== document.body; one = one.parentElement)
    found.push(one);
  return found;
}

/**
 * Gives the focus of something that is gone to what is left nearest to it: who works by keys goes on from there instead of
 * from the top of the page. Nothing happens where the focus is somewhere else by now.
 */
export function focusNearby(ancestors: readonly Element[]): void {
  if (document.activeElement !== document.body) return;
  for (const ancestor of ancestors) {
    const next = ancestor.isConnected
      ? ancestor.querySelector<HTMLElement>('button:not(:disabled), a[href]')
      : null;
    if (!next) continue;
    next.focus({ preventScroll: true });
    return;
  }
}
