const BROWSERS = [
  ['Edge', /Edg\//],
  ['Opera', /OPR\//],
  ['Firefox', /Firefox\//],
  ['Chrome', /(Chrome|CriOS)\//],
  ['Safari', /Safari\//],
] as const;
const SYSTEMS = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const;

/** A browser as people know it: "Firefox, Windows". Null for what is none of those known. */
export function deviceName(userAgent: string | null): string | null {
  const known = (names: readonly (readonly [string, RegExp])[]) =>
    names.find(([, sign]) => userAgent && sign.test(userAgent))?.[0];
  const parts = [known(BROWSERS), known(SYSTEMS)].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : null;
}
