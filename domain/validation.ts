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

export type Validator = (
  subject: ValidationSubject,
  target: ValidationTarget,
) => { errors?: ValidationFinding[]; warnings?: ValidationFinding[] };

const MANY_ENDPOINTS = 10;

const tenantId: Validator = ({ tenantId: id, mentions, tenant }) => {
  const errors: ValidationFinding[] = [];
  if (!TENANT_ID.test(id)) {
    errors.push(
      finding(
        'TENANT_ID',
        'tenantId',
        id,
        `"${id}" is not a tenant id: use 1 to 64 letters, digits, _ or -.`,
      ),
    );
  } else if (!tenant) {
    errors.push(finding('TENANT_UNKNOWN', 'tenantId', id, `There is no tenant ${id}.`));
  }
  if (mentions > 1)
    errors.push(finding('TENANT_TWICE', 'tenantId', id, `${id} is listed ${mentions} times.`));
  const warnings = id.startsWith('test_')
    ? [finding('TENANT_TEST', 'tenantId', id, `${id} looks like a test tenant.`)]
    : [];
  return { errors, warnings };
};

const endpoints: Validator = ({ tenant, tenantId: id }) => {
  if (!tenant) return {};
  const errors: ValidationFinding[] = [];
  const warnings: ValidationFinding[] = [];
  const list = tenant.endpoints;
  if (list.length === 0)
    errors.push(finding('NO_ENDPOINT', 'endpoints', '', `${id} has no endpoint to switch.`));
  for (const [index, endpoint] of list.entries()) {
    const field = `endpoints[${index}]`;
    if (!endpoint.key)
      errors.push(finding('ENDPOINT_KEY', `${field}.key`, '', `${id} has an endpoint without a key.`));
    if (list.findIndex((other) => other.key === endpoint.key) < index) {
      errors.push(
        finding(
          'ENDPOINT_KEY',
          `${field}.key`,
          endpoint.key,
          `${id} has two endpoints called ${endpoint.key}.`,
        ),
      );
    }
    for (const [name, url] of [
      ['url', endpoint.url],
      ['healthUrl', endpoint.healthUrl],
    ] as const) {
      if (name === 'healthUrl' && !url) continue;
      if (!isHttpUrl(url)) {
        errors.push(
          finding(
            'ENDPOINT_URL',
            `${field}.${name}`,
            url ?? '',
            `${id}: "${url ?? ''}" is not an http or https URL.`,
          ),
        );
      }
    }
  }
  if (list.length === 1)
    warnings.push(finding('ONE_ENDPOINT', 'endpoints', '1', `${id} has one endpoint only.`));
  if (list.length > MANY_ENDPOINTS) {
    warnings.push(
      finding('MANY_ENDPOINTS', 'endpoints', String(list.length), `${id} has ${list.length} endpoints.`),
    );
  }
  return { errors, warnings };
};

const conflict: Validator = ({ tenantId: id, busyIn, plannedIn }, { unitId, version }) => ({
  errors: plannedIn
    ? [
        finding(
          'ALREADY_PLANNED',
          'tenantId',
          plannedIn,
          `${id} is already planned for ${unitId} ${version} in ${plannedIn}.`,
        ),
      ]
    : [],
  warnings: busyIn
    ? [finding('BUSY', 'tenantId', busyIn, `${id} is busy in ${busyIn}; its task will wait.`)]
    : [],
});

const business: Validator = (
  { tenantId: id, currentVersion, payloadError, missing },
  { version, reconcile },
) => {
  const errors: ValidationFinding[] = [];
  if (reconcile && currentVersion !== version) {
    const runs = currentVersion ?? 'nothing';
    const message = `${id} has ${runs} on record, not ${version}: only what is on record can be sent again.`;
    errors.push(finding('NOT_ON_RECORD', 'version', version, message));
  }
  if (!reconcile && currentVersion === version) {
    errors.push(finding('ALREADY_RUNNING', 'version', version, `${id} runs ${version} already.`));
  }
  if (payloadError) {
    const { placeholder, message } = payloadError;
    errors.push(finding('PAYLOAD', 'payload', placeholder, `${id}: ${message}`));
  }
  for (const { field, value, message } of missing)
    errors.push(finding('TEMPLATE', field, value, `${message}.`));
  return { errors };
};

/** The chain, in the order its findings are shown (SPEC 9). */
const VALIDATORS: readonly Validator[] = [tenantId, endpoints, conflict, business];

/** Checks every tenant with every validator; nothing stops at the first error. */
export function validateTenants(
  subjects: readonly ValidationSubject[],
  target: ValidationTarget,
  validators = VALIDATORS,
): ValidationReport {
  const results = subjects.map((subject) => {
    const found = validators.map((validator) => validator(subject, target));
    return {
      tenantId: subject.tenantId,
      errors: found.flatMap((one) => one.errors ?? []),
      warnings: found.flatMap((one) => one.warnings ?? []),
    };
  });
  const invalid = results.filter((result) => result.errors.length > 0).length;
  return { results, total: results.length, valid: results.length - invalid, invalid };
}

/** Parsed by hand: the URL class is no part of the language, and http(s) with a host is all that is asked. */
function isHttpUrl(url: string | undefined): boolean {
  return url !== undefined && /^https?:\/\/[^\s/?#]+/i.test(url);
}

function finding(code: string, field: string, value: string, message: string): ValidationFinding {
  return { code, field, value, message };
}
