/** What one instance said when it was last asked. */
export interface MatrixCell {
  instance: string;
  /** The version that it runs; null when it did not say. */
  observed: string | null;
  /** It answered as a healthy one does. */
  ok: boolean;
  detail: string;
}

/** A tenant with all of its instances, against what they should run. */
export interface MatrixRow {
  key: string;
  href: string;
  tenantId: string;
  name: string;
  expected: string | null;
  instances: readonly MatrixCell[];
  /** When they were asked, as ISO 8601; null when they never were. */
  at: string | null;
}

/** How observed and expected compare, the worst first. */
export const STANDINGS = ['differs', 'silent', 'unasked', 'asExpected'] as const;
export type Standing = (typeof STANDINGS)[number];

export function standingOfCell({ observed, ok }: MatrixCell, expected: string | null): Standing {
  if (observed !== null && observed !== expected) return 'differs';
  return ok && observed !== null ? 'asExpected' : 'silent';
}

/** That of the worst of its instances. */
export function standingOf({ instances, expected }: Pick<MatrixRow, 'instances' | 'expected'>): Standing {
  if (instances.length === 0) return 'unasked';
  const cells = instances.map((cell) => standingOfCell(cell, expected));
  return STANDINGS.find((standing) => cells.includes(standing)) ?? 'asExpected';
}

/** The rows with the worst first and else in their order, and how many there are of each standing; one look at each. */
export function worstFirst<Row extends MatrixRow>(
  rows: readonly Row[],
): { rows: Row[]; counts: Record<Standing, number> } {
  const by: Record<Standing, Row[]> = { differs: [], silent: [], unasked: [], asExpected: [] };
  for (const row of rows) by[standingOf(row)].push(row);
  return {
    rows: STANDINGS.flatMap((standing) => by[standing]),
    counts: {
      differs: by.differs.length,
      silent: by.silent.length,
      unasked: by.unasked.length,
      asExpected: by.asExpected.length,
    },
  };
}

/** Instances beyond these are told together. */
export const MOST_INSTANCES = 8;

/** How many columns of instances it takes. */
export const instanceColumns = (rows: readonly MatrixRow[]): number =>
  Math.min(
    MOST_INSTANCES,
    rows.reduce((most, { instances }) => Math.max(most, instances.length), 1),
  );
