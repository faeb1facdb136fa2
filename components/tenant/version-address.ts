/** What is on record of a unit; with `not` another version, or none. */
export interface Runs {
  unitId: string;
  version: string;
  not: boolean;
}

/** As it stands in the address: "router@v2", or "!router@v2" for those that are not there yet. */
export function runsText({ unitId, version, not }: Runs): string {
  return `${not ? '!' : ''}${unitId}@${version}`;
}

interface UnitVersion {
  unitId: string;
  version: string;
}

/** What the address asks for, as the server takes it; nothing where it has something else. */
export function versionFilter(text: string): { on?: UnitVersion; notOn?: UnitVersion } {
  const [, not, unitId, version] = /^(!?)([a-z0-9-]+)@(\S+)$/.exec(text) ?? [];
  if (!unitId || !version) return {};
  return { [not === '!' ? 'notOn' : 'on']: { unitId, version } };
}
