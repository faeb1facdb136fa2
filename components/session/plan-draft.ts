/** Under which key this browser keeps the plan that is being made. */
export const PLAN_DRAFT_KEY = 'switchyard-draft-plan';

/** Begins a plan with these tenants; what else of a draft was filled in stays. */
export function draftWithTenants(tenantIds: readonly string[]): void {
  let before: unknown = {};
  try {
    before = JSON.parse(localStorage.getItem(PLAN_DRAFT_KEY) ?? '{}');
  } catch {
    // What cannot be read is begun anew.
  }
  const draft = typeof before === 'object' && before !== null ? before : {};
  localStorage.setItem(PLAN_DRAFT_KEY, JSON.stringify({ ...draft, tenantIds }));
}
