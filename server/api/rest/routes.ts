import { RequestRefused } from '@/server/security/request-body';
import type { ProcedureName } from '../declared';
import type { Address } from './address';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An address of the API for programs: which procedure answers it, and what of the input stands where. */
export interface Route {
  method: Method;
  /** What stands in braces is a field of the procedure's input. */
  path: string;
  procedure: ProcedureName;
  summary: string;
  /** Fields of the input that are the console's, or that another address of the procedure has. */
  without?: readonly string[];
  /** Something new comes of it: 201, with its address, made of fields of the answer, if it has one. */
  creates?: string | true;
  /** The field of the answer that its ETag is made of. */
  etag?: string;
  /** It can wait for an answer that is not empty. */
  waits?: true;
}

type More = Partial<Pick<Route, 'without' | 'creates' | 'etag' | 'waits'>>;
const on =
  (method: Method) =>
  (path: string, procedure: ProcedureName, summary: string, more: More = {}): Route => ({
    ...{ method, path, procedure, summary },
    ...more,
  });
const [get, post, put, patch, remove] = [on('GET'), on('POST'), on('PUT'), on('PATCH'), on('DELETE')];

const PLANS: Route[] = [
  get('/plans', 'plans.list', 'Plans, running ones first, then the newest'),
  post('/plans', 'plans.create', 'Creates a plan, which waits to be started', { creates: '/plans/{planId}' }),
  post('/plan-previews', 'plans.preview', 'Checks a plan as it would be created'),
  post('/plan-projections', 'plans.project', 'How long a plan would take, by the last plans of its playbook'),
  post('/plan-rehearsals', 'plans.rehearse', 'Checks a plan and asks every instance what it runs'),
  get('/plans/{planId}', 'plans.get', 'One plan with its counts'),
  get('/plans/{planId}/snapshot', 'plans.snapshot', 'A plan with all its tasks at one moment', {
    without: ['columns', 'lean'],
  }),
  get('/plans/{planId}/events', 'plans.events', 'What happened, in order; it can wait for what comes next', {
    waits: true,
  }),
  get('/plans/{planId}/steps', 'plans.steps', 'When the steps of some tasks began and ended'),
  get('/plans/{planId}/summary', 'plans.summary', 'What is kept when the events of a plan are removed'),
  post('/plans/{planId}/approve-start', 'plans.approveStart', 'Approves that a plan starts'),
  get('/plans/{planId}/freezes', 'plans.freezes', 'The freezes that hold a plan, and their override'),
  post(
    '/plans/{planId}/override-freezes',
    'plans.overrideFreezes',
    'Asks that freezes do not hold a plan for a while',
  ),
  post('/plans/{planId}/approve-override', 'plans.approveOverride', 'Approves an override of freezes'),
  post('/plans/{planId}/withdraw-override', 'plans.withdrawOverride', 'Lets freezes hold a plan again'),
  post('/plans/{planId}/start', 'plans.start', 'Starts a plan'),
  post('/plans/{planId}/pause', 'plans.pause', 'Starts nothing new; what runs pauses at its next boundary'),
  post('/plans/{planId}/resume', 'plans.resume', 'Lets a paused plan go on'),
  post(
    '/plans/{planId}/cancel',
    'plans.cancel',
    'Cancels what has not started, and what runs at its next boundary',
  ),
  post('/plans/{planId}/rollback', 'plans.rollback', 'Takes every started task back'),
  post('/plans/{planId}/continue', 'plans.continue', 'Goes on after a halt, or past a wave with failures'),
  post('/plans/{planId}/close', 'plans.close', 'Takes the failures of a settled plan as they are'),
  post('/plans/{planId}/retry-failed', 'plans.retryFailed', 'Retries every failed task'),
  post(
    '/plans/{planId}/reconcile',
    'plans.reconcile',
    'Sends the plan’s version again to all who completed it',
    {
      creates: true,
    },
  ),
  put(
    '/plans/{planId}/deadline',
    'plans.setDeadline',
    'Sets until when a plan has to be finished, or takes that back',
  ),
  put('/plans/{planId}/schedule', 'plans.schedule', 'Sets when a plan starts by itself, or takes that back'),
  put('/plans/{planId}/concurrency', 'plans.setConcurrency', 'Sets how many tasks of a plan run at a time'),
  get('/plans/{planId}/tasks', 'tasks.list', 'The tasks of a plan'),
  post('/plans/{planId}/bulk-actions', 'tasks.bulk', 'One action on every task that fits a filter', {
    creates: '/bulk-actions/{bulkId}',
  }),
  get('/bulk-actions/{bulkId}', 'tasks.bulkStatus', 'How far a bulk action is'),
  get('/plans/{planId}/shares', 'shares.list', 'The share links of a plan'),
  post('/plans/{planId}/shares', 'shares.create', 'Makes a link to a plan’s status page', { creates: true }),
  get('/shares', 'shares.list', 'All share links'),
  remove('/shares/{id}', 'shares.revoke', 'Ends a share link'),
  get('/status/{token}', 'status.get', 'What a share link shows; its token is the permission'),
];

/** A task by its id, and the newest task of a tenant. */
const tasksAt = (at: string, other: string): Route[] => {
  const without = [other];
  return [
    get(at, 'tasks.get', 'One task, and why it is where it is', { without }),
    get(`${at}/events`, 'tasks.events', 'What happened to a task, in order', { without }),
    post(`${at}/pause`, 'tasks.pause', 'Pauses a task at its next boundary', { without }),
    post(`${at}/resume`, 'tasks.resume', 'Lets a paused task go on', { without }),
    post(`${at}/cancel`, 'tasks.cancel', 'Cancels a task', { without }),
    post(`${at}/retry`, 'tasks.retry', 'Tries a failed task again', { without }),
    post(`${at}/rollback`, 'tasks.rollback', 'Takes a task back', { without }),
    post(`${at}/withdraw`, 'tasks.withdraw', 'Takes back what was asked of a task', { without }),
    post(`${at}/approve`, 'tasks.approve', 'Approves a task that waits for it', { without }),
    post(`${at}/reject`, 'tasks.reject', 'Rejects a task that waits for approval', { without }),
    post(`${at}/resolve`, 'tasks.resolve', 'Decides about a step in doubt, or about drift', { without }),
  ];
};

const TENANTS: Route[] = [
  get('/tenants', 'tenants.list', 'Tenants, by id unless another order is asked for'),
  get('/tenant-ids', 'tenants.select', 'The ids of all tenants that fit'),
  get('/tenant-counts', 'tenants.counts', 'How many tenants there are, and how many are drifted'),
  get('/tenant-labels', 'tenants.labels', 'Every label and its values'),
  post('/tenant-labels', 'tenants.editLabels', 'Sets labels of many tenants, or takes them away'),
  post('/tenant-choices', 'tenants.chosen', 'How many tenants a choice comes to'),
  post('/tenant-imports', 'tenants.import', 'Creates or changes many tenants, from JSON or CSV'),
  post('/tenant-imports/{importId}/undo', 'tenants.undoImport', 'Takes an import back'),
  post('/drift-checks', 'tenants.checkDrift', 'Asks the instances of some tenants what they run'),
  post('/reconciliations', 'tenants.reconcile', 'Sends some tenants again what is on record', {
    creates: true,
  }),
  get('/tenants/{tenantId}', 'tenants.get', 'One tenant', { etag: 'updatedAt' }),
  put('/tenants/{tenantId}', 'tenants.upsert', 'Creates a tenant, or changes what is given of it'),
  patch('/tenants/{tenantId}', 'tenants.update', 'Changes parts of a tenant; null takes one away'),
  remove('/tenants/{tenantId}', 'tenants.remove', 'Takes a tenant out of the lists'),
  get('/tenants/{tenantId}/history', 'tenants.history', 'Which versions a tenant ran'),
  put('/tenants/{tenantId}/secrets/{name}', 'tenants.setSecret', 'Sets a secret, which is never shown again'),
  remove('/tenants/{tenantId}/secrets/{name}', 'tenants.removeSecret', 'Takes a secret away'),
];

const CATALOGUE: Route[] = [
  get('/units', 'versions.list', 'Deploy units with their newest versions'),
  get('/units/{unitId}/versions', 'versions.ofUnit', 'All versions of a unit, the newest first'),
  post('/units/{unitId}/versions', 'versions.create', 'Adds a version; the first one creates the unit', {
    creates: '/units/{unitId}/versions/{version}',
  }),
  get('/units/{unitId}/versions/{version}', 'versions.get', 'One version with its payload'),
  post('/units/{unitId}/current', 'versions.current', 'What some tenants run of a unit'),
  get('/playbooks', 'playbooks.list', 'The newest version of every playbook'),
  post('/playbook-checks', 'playbooks.check', 'Everything that is wrong with a playbook'),
  get('/playbooks/{playbookId}', 'playbooks.get', 'The newest version of a playbook', {
    ...{ without: ['version'], etag: 'version' },
  }),
  put('/playbooks/{playbookId}', 'playbooks.save', 'Stores a playbook as its next version', {
    etag: 'version',
  }),
  get('/playbooks/{playbookId}/versions', 'playbooks.versions', 'All versions of a playbook'),
  get('/playbooks/{playbookId}/versions/{version}', 'playbooks.get', 'One version of a playbook'),
];

const FLEET: Route[] = [
  get('/fleet/overview', 'fleet.overview', 'What is under way and what is wrong, over all plans'),
  get('/fleet/attention', 'fleet.attention', 'How much waits for somebody'),
  get('/fleet/matrix', 'fleet.matrix', 'What every instance runs of a unit, the worst first'),
  get('/fleet/convergence', 'fleet.convergence', 'How the fleet came to the newest version of a unit'),
  get('/executor', 'executor.nodes', 'The nodes, and whether admission is stopped'),
  get('/executor/waiting', 'executor.waiting', 'What does not go on until somebody decides'),
  get('/executor/unapproved-starts', 'executor.unapprovedStarts', 'Plans whose start waits for people'),
  get(
    '/executor/late-plans',
    'executor.latePlans',
    'Plans whose deadline passed, and somebody decides about',
  ),
  get('/executor/asked-overrides', 'executor.askedOverrides', 'Overrides of freezes that wait for people'),
  post('/executor/stop', 'executor.stop', 'Stops all admission; what runs goes on'),
  post('/executor/resume', 'executor.resume', 'Lifts the global stop'),
  get('/settings', 'settings.get', 'Every setting that holds, and where it comes from'),
  patch('/settings', 'settings.set', 'Sets values of the settings page; null takes one back'),
  get(
    '/settings/start-protection',
    'settings.startProtection',
    'Which plans people approve before they start',
  ),
  put('/settings/start-protection', 'settings.protectStart', 'Asks for approvals before plans start'),
  get('/settings/audit-retention', 'settings.auditRetention', 'How many days of the audit log are kept'),
  put('/settings/audit-retention', 'settings.keepAudit', 'Keeps so many days of the audit log, or all of it'),
  get('/settings/freeze-override', 'settings.freezeOverride', 'Who grants that freezes do not hold a plan'),
  put('/settings/freeze-override', 'settings.guardOverrides', 'Says who grants overrides of freezes'),
  get('/freezes', 'freezes.list', 'Freezes, and until when each holds'),
  post('/freezes', 'freezes.create', 'Freezes tenants at some time', { creates: true }),
  remove('/freezes/{freezeId}', 'freezes.remove', 'Takes a freeze away'),
];

const ADMINISTRATION: Route[] = [
  get('/config-documents', 'config.export', 'What there is of one kind, as documents without secrets'),
  post('/config-diffs', 'config.diff', 'What documents would change'),
  post('/config-applications', 'config.save', 'Makes what there is as documents say'),
  get('/audit', 'audit.list', 'Who did what, the newest first'),
  get('/audit/verification', 'audit.verify', 'Whether the log is as it was written'),
  get('/audit/summaries', 'audit.summaries', 'What is kept of days that were removed'),
  get('/audit/refused', 'audit.refused', 'What nobody known was refused'),
  get('/api-keys', 'apiKeys.list', 'All keys, without the keys themselves'),
  post('/api-keys', 'apiKeys.create', 'Makes a key, which is in this answer and never again', {
    creates: true,
  }),
  remove('/api-keys/{id}', 'apiKeys.revoke', 'Ends a key'),
  get('/environment-key', 'apiKeys.environment', 'Whether the key of the environment is taken'),
  put(
    '/environment-key',
    'apiKeys.switchEnvironment',
    'Switches the key of the environment off, or on again',
  ),
  get('/webhooks', 'notifications.list', 'All webhooks, without their secrets'),
  post('/webhooks', 'notifications.create', 'Makes a webhook; its secret is in this answer and never again', {
    creates: true,
  }),
  patch('/webhooks/{webhookId}', 'notifications.update', 'Changes what is given of a webhook'),
  remove('/webhooks/{webhookId}', 'notifications.remove', 'Removes a webhook with its deliveries'),
  post('/webhooks/{webhookId}/test', 'notifications.test', 'Sends an example now'),
  get('/webhooks/{webhookId}/deliveries', 'notifications.deliveries', 'The deliveries of a webhook'),
  get('/deliveries', 'notifications.deliveries', 'All deliveries, the newest first'),
  get('/message-formats', 'notifications.formats', 'What messages may be written by, and may name'),
  get('/members', 'members.list', 'Everybody who has an account'),
  put('/members/{userId}/role', 'members.setRole', 'Gives somebody another role'),
  remove('/members/{userId}', 'members.remove', 'Removes an account with its sessions', {
    without: ['inviteId'],
  }),
  remove('/members/{userId}/sessions', 'members.endSessions', 'Signs somebody out everywhere'),
  post(
    '/members/{userId}/password-reset',
    'members.resetPassword',
    'Makes a link that sets a new password once',
  ),
  remove('/members/{userId}/second-factor', 'members.removeSecondFactor', 'For somebody who lost theirs'),
  get('/invites', 'members.invites', 'Invites that are open'),
  post('/invites', 'members.invite', 'Invites somebody; the link is in this answer and never again', {
    creates: true,
  }),
  remove('/invites/{inviteId}', 'members.remove', 'Takes an invite back', { without: ['userId'] }),
  get('/sign-in', 'members.signIn', 'How people come in'),
  get('/second-factor', 'members.secondFactor', 'The least role that a second factor is required of'),
  put('/second-factor', 'members.requireSecondFactor', 'Sets it; null requires it of nobody'),
];

/** Every address of the API for programs. */
export const ROUTES: readonly Route[] = [
  ...PLANS,
  ...tasksAt('/tasks/{taskId}', 'tenantId'),
  ...tasksAt('/tenants/{tenantId}/task', 'taskId'),
  ...TENANTS,
  ...CATALOGUE,
  ...FLEET,
  ...ADMINISTRATION,
];

/** Procedures that have no address here, and why. */
export const CONSOLE_ONLY: Readonly<Partial<Record<ProcedureName, string>>> = {
  'plans.labels':
    'packed as columns for the lanes of one page; each task tells its tenant, and tenants tell their labels',
  'fleet.map': 'packed as columns for one picture; /tenants tells the same as rows',
  'fleet.news': 'what a browser shows as notifications; webhooks and events are for programs',
  'notifications.preview': 'what a form shows while somebody writes; a test sends an example',
  'playbooks.forms': 'forms of the editor; the OpenAPI document has every kind of step with its settings',
  'audit.exported': 'the console says that somebody saved what they saw as a file',
};

const SHAPES = ROUTES.map((route) => ({ route, parts: route.path.slice(1).split('/') }));

/** The field that a part of a path stands for. */
export const fieldIn = (part: string): string | undefined => /^\{(\w+)\}$/.exec(part)?.[1];

/** The route of a request, and what of the input its path says. Throws {@link RequestRefused} when there is none. */
export function routeFor(
  method: string,
  { segments }: Pick<Address, 'segments'>,
): { route: Route; given: Record<string, string> } {
  const there = SHAPES.filter(
    ({ parts }) =>
      parts.length === segments.length &&
      parts.every(
        (part, at) => part === segments[at] || (fieldIn(part) !== undefined && segments[at] !== ''),
      ),
  );
  if (there.length === 0)
    throw new RequestRefused(
      404,
      'NOT_FOUND',
      'There is no such address in the API. /api/v1/openapi.json has them all.',
    );
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = there.find(({ route }) => route.method === wanted);
  if (!found) throw notAllowed(there.map(({ route }) => route.method));
  const given = found.parts.flatMap((part, at) => {
    const field = fieldIn(part);
    return field === undefined ? [] : [[field, segments[at] ?? '']];
  });
  return { route: found.route, given: Object.fromEntries(given) };
}

/** What is told to who comes with another method. */
export function notAllowed(methods: readonly Method[]): RequestRefused {
  const allowed = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return new RequestRefused(405, 'METHOD_NOT_ALLOWED', `This address takes ${allowed.join(', ')}.`, {
    allow: allowed.join(', '),
  });
}
