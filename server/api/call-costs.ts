/** Points of calls that may answer with thousands of rows, or that change as many; every other call costs one. */
const COSTS: Readonly<Record<string, number>> = {
  'fleet.map': 10,
  'fleet.matrix': 10,
  'tenants.list': 10,
  'tasks.list': 10,
  'plans.snapshot': 10,
  'plans.preview': 10,
  'plans.rehearse': 20,
  'plans.create': 5,
  'config.export': 5,
  'config.diff': 20,
  'config.save': 50,
  'tenants.editLabels': 20,
  'tenants.import': 20,
  'tenants.undoImport': 20,
};
const LARGE = 10;

/** What a call takes from the budget of who sends it. */
export const costOf = (procedure: string): number => COSTS[procedure] ?? 1;

/** Whether a call may answer, or be sent, with megabytes. */
export const isLarge = (procedure: string): boolean => costOf(procedure) >= LARGE;
