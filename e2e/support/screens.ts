/** What shows more once somebody has worked for a while: `controls.e2e.ts` looks at it then. */
export const FILLED_LATER = [
  '/tenants/acme-eu',
  '/executor',
  '/audit',
  '/settings/profile',
  '/settings/members',
  '/settings/api-keys',
  '/settings/share-links',
  '/settings/defaults',
  '/settings/freezes',
  '/settings/notifications',
];

/** Every kind of screen of the demo, by what opens it. */
export const SCREENS = [
  '/',
  '/fleet/instances',
  '/plans',
  '/plans/new',
  '/plans/PLN-2',
  '/plans/PLN-2?tab=matrix',
  '/plans/PLN-2?group=label:region',
  '/plans/PLN-2?tab=events',
  '/plans/PLN-2?task=PLN-2.2',
  '/plans/PLN-2?at=0',
  '/plans/PLN-2/tasks/PLN-2.2',
  '/tenants',
  '/versions',
  '/versions/edge-router/compare?from=v1&to=v2',
  '/playbooks',
  ...FILLED_LATER,
];
