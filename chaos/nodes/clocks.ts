import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The library of Debian's `faketime`, in the form for programs with threads. */
const LIBRARY = 'faketime/libfaketimeMT.so.1';

/**
 * The environment in which a process sees a clock that is off by `shift` ("+1h"); null where `faketime` is not installed.
 * The program of that name is of no use here: it stays the parent of what it starts, and a kill would only hit it.
 */
export function shiftedClock(shift: string): Record<string, string> | null {
  const library = findLibrary();
  if (library === null) return null;
  return {
    LD_PRELOAD: library,
    FAKETIME: shift,
    // A clock that shows another time is what is tried, not one that runs at another speed.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

function findLibrary(): string | null {
  const homes = ['/usr/lib', '/usr/local/lib'].filter((home) => existsSync(home));
  const folders = homes.flatMap((home) => [home, ...readdirSync(home).map((name) => path.join(home, name))]);
  return folders.map((folder) => path.join(folder, LIBRARY)).find((file) => existsSync(file)) ?? null;
}
