/** Where a key leads among so many lanes, from the one the keyboard is at (-1: none yet); null for another key. */
export function laneByKey(key: string, from: number, length: number, page: number): number | null {
  const to = (lane: number) => Math.min(length - 1, Math.max(0, lane));
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return to(from + 1);
    case 'ArrowUp':
    case 'k':
      return to(from - 1);
    case 'PageDown':
      return to(from + page);
    case 'PageUp':
      return to(from - page);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}

/** The next lane after one of which something is so, beginning again at the top; -1 when there is none. */
export function nextLane(lanes: readonly boolean[], after: number): number {
  const below = lanes.indexOf(true, after + 1);
  return below === -1 ? lanes.indexOf(true) : below;
}

/** Whether a key belongs to whatever has the focus: somebody types, or answers a question. */
export function isForOthers({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  if (document.querySelector('[aria-modal="true"]')) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false;
  return (
    target.isContentEditable || target.matches('input, textarea, select, [role="menu"] *, [role="listbox"] *')
  );
}
