import { TENANT_ID, type Tenant } from './tenant';

/** One thing wrong or worth knowing. `field` is a path in the tenant ("endpoints[2].key"), `message` is the operator's. */
export interface ValidationFinding {
  code: string;
  field: string;
  value: string;
  message: string;
}

/** A tenant as it was named for a plan, with what is on record about it. `tenant` is null when unknown. */
export interface ValidationSubject {
  tenantId: string;
  /** How often it was named. */
  mentions: number;
  tenant: Tenant | null;
  /** What it runs of the plan's unit; null when nothing is on record. */
  currentVersion: string | null;
  /** The plan that holds the tenant now. */
  busyIn: string | null;
  /** An unfinished plan that has the same unit and version for this tenant. */
  plannedIn: string | null;
  /** Why its configuration cannot be made, from rendering its payload. */
  payloadError: PayloadError | null;
  /** What the playbook needs of it and it does not have, by place in the playbook. */
  missing: readonly MissingValue[];
}

export interface MissingValue {
  field: string;
  /** The placeholder that needs it. */
  value: string;
  message: string;
}

/** `placeholder` is what cannot be filled in; empty when it is about the whole payload. */
export interface PayloadError {
  message: string;
  placeholder: string;
}

export interface ValidationTarget {
  unitId: string;
  version: string;
  /** What is on record is sent again: then it is an error not to be on record. */
  reconcile?: boolean | undefined;
}

export interface ValidationResult {
  tenantId: string;
  errors: ValidationFinding[];
  warnings: ValidationFinding[];
}

export interface ValidationReport {
  results: ValidationResult[];
  total: number;
  valid: number;
  invalid: number;
}

/** Says what is wrong, or worth knowing. */
type Say = Record<'error' | 'warning', (code: string, field: string, value: string, message: string) => void>;

type Validator = (subject: ValidationSubject, target: ValidationTarget, say: Say) => void;

const MANY_ENDPOINTS = 10;

const tenantId: Validator = ({ tenantId: id, mentions, tenant }, _target, say) => {
  if (!TENANT_ID.test(id))
    say.error(
      'TENANT_ID',
      'tenantId',
      id,
      `"${id}" is not a tenant id: use 1 to 64 letters, digits, _ or -.`,
    );
  else if (!tenant) say.error('TENANT_UNKNOWN', 'tenantId', id, `There is no tenant ${id}.`);
  if (mentions > 1) say.error('TENANT_TWICE', 'tenantId', id, `${id} is listed ${mentions} times.`);
  if (id.startsWith('test_')) say.warning('TENANT_TEST', 'tenantId', id, `${id} looks like a test tenant.`);
};

const endpoints: Validator = ({ tenant, tenantId: id }, _target, say) => {
  if (!tenant) return;
  const list = tenant.endpoints;
  if (list.length === 0) say.error('NO_ENDPOINT', 'endpoints', '', `${id} has no endpoint to switch.`);
  for (const [index, { key, url, healthUrl }] of list.entries()) {
    const field = `endpoints[${index}]`;
    if (!key) say.error('ENDPOINT_KEY', `${field}.key`, '', `${id} has an endpoint without a key.`);
    if (list.findIndex((other) => other.key === key) < index)
      say.error('ENDPOINT_KEY', `${field}.key`, key, `${id} has two endpoints called ${key}.`);
    for (const [name, given = ''] of Object.entries({ url, ...(healthUrl ? { healthUrl } : {}) }))
      if (!isHttpUrl(given))
        say.error(
          'ENDPOINT_URL',
          `${field}.${name}`,
          given,
          `${id}: "${given}" is not an http or https URL.`,
        );
  }
  if (list.length === 1) say.warning('ONE_ENDPOINT', 'endpoints', '1', `${id} has one endpoint only.`);
  if (list.length > MANY_ENDPOINTS)
    say.warning('MANY_ENDPOINTS', 'endpoints', String(list.length), `${id} has ${list.length} endpoints.`);
};

const conflict: Validator = ({ tenantId: id, busyIn, plannedIn }, { unitId, version }, say) => {
  const planned = `${id} is already planned for ${unitId} ${version} in ${plannedIn}.`;
  if (plannedIn) say.error('ALREADY_PLANNED', 'tenantId', plannedIn, planned);
  if (busyIn) say.warning('BUSY', 'tenantId', busyIn, `${id} is busy in ${busyIn}; its task will wait.`);
};

const business: Validator = (subject, { version, reconcile }, say) => {
  const { tenantId: id, currentVersion, payloadError, missing } = subject;
  if (reconcile && currentVersion !== version) {
    const runs = currentVersion ?? 'nothing';
    const message = `${id} has ${runs} on record, not ${version}: only what is on record can be sent again.`;
    say.error('NOT_ON_RECORD', 'version', version, message);
  }
  if (!reconcile && currentVersion === version)
    say.error('ALREADY_RUNNING', 'version', version, `${id} runs ${version} already.`);
  if (payloadError)
    say.error('PAYLOAD', 'payload', payloadError.placeholder, `${id}: ${payloadError.message}`);
  for (const { field, value, message } of missing) say.error('TEMPLATE', field, value, `${message}.`);
};

/** The chain, in the order its findings are shown (SPEC 9). */
const VALIDATORS: readonly Validator[] = [tenantId, endpoints, conflict, business];

/** Checks every tenant with every validator; nothing stops at the first error. */
export function validateTenants(
  subjects: readonly ValidationSubject[],
  target: ValidationTarget,
): ValidationReport {
  const results = subjects.map((subject) => {
    const errors: ValidationFinding[] = [];
    const warnings: ValidationFinding[] = [];
    const into =
      (findings: ValidationFinding[]): Say['error'] =>
      (code, field, value, message) =>
        void findings.push({ code, field, value, message });
    for (const validate of VALIDATORS)
      validate(subject, target, { error: into(errors), warning: into(warnings) });
    return { tenantId: subject.tenantId, errors, warnings };
  });
  const invalid = results.filter((result) => result.errors.length > 0).length;
  return { results, total: results.length, valid: results.length - invalid, invalid };
}

/** Parsed by hand: the URL class is no part of the language, and http(s) with a host is all that is asked. */
const isHttpUrl = (url: string): boolean => /^https?:\/\/[^\s/?#]+/i.test(url);
