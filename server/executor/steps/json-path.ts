/**
 * Reads `a.b[0].c` (a leading `$.` is fine) from a parsed JSON value: the subset of JSONPath (RFC 9535) that names one
 * place. Returns undefined when there is nothing there.
 */
export function atPath(value: unknown, path: string): unknown {
  const keys = path
    .replace(/^\$\.?/, '')
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((key) => key !== '');
  return keys.reduce<unknown>((current, key) => {
    if (current === null || typeof current !== 'object' || !Object.hasOwn(current, key)) return undefined;
    return (current as Record<string, unknown>)[key];
  }, value);
}
