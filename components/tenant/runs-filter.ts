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

/** Undefined where the address has something else. */
export function runsOf(text: string): Runs | undefined {
  const [, not, unitId, version] = /^(!?)([a-z0-9-]+)@(\S+)$/.exec(text) ?? [];
  return unitId && version ? { unitId, version, not: not === '!' } : undefined;
}
