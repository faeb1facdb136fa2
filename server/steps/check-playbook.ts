import { buildStages, type PlaybookDefinition, type StepDefinition } from '@/domain/playbook';
import { type Placeholder, parseTemplate, TemplateError } from '@/domain/template';
import type { Tenant } from '@/domain/tenant';
import type { WaveGate } from '@/domain/wave';
import type { Problem } from '@/server/input/closed-input';
import { turn } from '@/server/input/fair-queue';
import { nearest, unknownName } from '@/server/input/nearest';
import { stepSaves, stepTarget, stepTemplates, stepUrls } from './registry';
import type { StepTemplate } from './step-templates';

/** As many problems as somebody reads at once. */
const MOST_TOLD = 50;

/** What a template may name below each root; `open` ones go on below, and their names are a tenant's matter. */
const NAMES: Readonly<Record<string, { known?: readonly string[]; open: readonly string[] }>> = {
  tenant: { open: ['labels', 'variables'] },
  endpoint: { known: ['key', 'url', 'labels'], open: ['labels'] },
  config: {
    known: ['payload', 'text', 'version', 'unit', 'unitName', 'digest'],
    open: ['payload'],
  },
  previous: {
    known: ['payload', 'text', 'version', 'unit', 'unitName', 'digest'],
    open: ['payload'],
  },
  task: { known: ['id', 'plan', 'attempt', 'epoch', 'direction'], open: [] },
  secret: { open: [] },
  data: { open: [] },
};
/** What the gate of a wave may name: it is measured for many tenants at once, by no task. */
const NAMES_OF_WAVES: typeof NAMES = {
  ...NAMES,
  task: { known: ['plan'], open: [] },
  wave: { known: ['name', 'number', 'tenants'], open: [] },
};

type Saved = ReadonlyMap<string, 'instance' | 'tenant'>;

/**
 * What of a playbook cannot work whatever the tenant: templates that are malformed or name what there never is, values that
 * no earlier call takes, addresses that cannot be called. Each with its place in the playbook, in the order of sending.
 * What is wrong with a step's settings by themselves its own check tells. Each step has a turn of the event loop of its own.
 */
export async function checkPlaybook({ stages }: PlaybookDefinition): Promise<Problem[]> {
  const saved = new Map<string, 'instance' | 'tenant'>();
  const problems: Problem[] = [];
  for (const [stage, { steps }] of stages.entries())
    for (const [index, step] of steps.entries()) {
      await turn();
      problems.push(...problemsIn(step, saved, ['stages', stage, 'steps', index]));
      for (const name of stepSaves(step)) saved.set(name, stepTarget(step) ?? 'tenant');
    }
  problems.push(...noWayBack(stages));
  return problems.slice(0, MOST_TOLD);
}

/** What of a wave's gate cannot work whatever the tenants; its place is within the gate. */
export const checkWaveGate = (gate: WaveGate): Problem[] =>
  problemsIn(gateStep(gate), new Map(), [], NAMES_OF_WAVES).slice(0, MOST_TOLD);

/** The step that measures the same for one tenant. */
function gateStep({ otherwise: _, ...settings }: WaveGate): StepDefinition {
  return { ...settings, name: 'gate', type: 'metric-gate' };
}

/** What a wave's gate needs and the tenant in whose name it is measured does not have. */
export function missingForGate(
  gate: WaveGate,
  tenant: Tenant,
  secrets: readonly string[],
): { field: string; message: string }[] {
  return stepTemplates(gateStep(gate)).flatMap(({ path, text }) =>
    partsOf(text).flatMap(({ source, keys }) => {
      const what = isOfTenant(keys) ? whatIsMissing(keys, tenant, secrets) : null;
      const message = `${tenant.tenantId} has no ${what}, which ${source} needs: a wave is measured in the name of its first tenant.`;
      return what === null ? [] : [{ field: path.join('.'), message }];
    }),
  );
}

/** A rollback that sends nothing back would be told as done. */
function noWayBack(stages: PlaybookDefinition['stages']): Problem[] {
  const sends = stages.flatMap(({ steps }, stage) =>
    steps.flatMap((step, at) => (step.type === 'config-update' ? [{ step, stage, at }] : [])),
  );
  const [first] = sends;
  if (!first || sends.some(({ step }) => step.onRollback !== 'skip')) return [];
  const path = ['stages', first.stage, 'steps', first.at, 'onRollback'];
  return [{ path, message: 'leaves out every config-update: a rollback would take nothing back' }];
}

function problemsIn(step: StepDefinition, saved: Saved, at: (string | number)[], names = NAMES): Problem[] {
  const perTenant = stepTarget(step) === 'tenant';
  const urls = stepUrls(step).flatMap(({ path, url }) => {
    const message = urlProblem(url, perTenant);
    return message === null ? [] : [{ path: [...at, ...path], message }];
  });
  const templates = stepTemplates(step).flatMap((template) => {
    const messages = placeholdersIn(template, (placeholder) =>
      placeholderProblem(placeholder, { saved, perTenant, ofStep: template.data, names }),
    );
    return messages.map((message) => ({ path: [...at, ...template.path], message }));
  });
  return [...urls, ...templates];
}

/** What is wrong with the placeholders of a text; one that cannot be read is told alone. */
function placeholdersIn(
  { text }: StepTemplate,
  wrong: (placeholder: Placeholder) => string | null,
): string[] {
  try {
    const { parts } = parseTemplate(text);
    return parts.flatMap((part) => (part.kind === 'placeholder' ? (wrong(part) ?? []) : []));
  } catch (error) {
    if (error instanceof TemplateError) return [error.message];
    throw error;
  }
}

interface Around {
  /** By earlier steps. */
  saved: Saved;
  /** The step is sent once for the tenant: there is no endpoint. */
  perTenant: boolean;
  /** What earlier calls of the same step take. */
  ofStep: readonly string[];
  /** What there is to be named. */
  names: typeof NAMES;
}

function placeholderProblem({ keys, source }: Placeholder, around: Around): string | null {
  const [root = '', name, ...below] = keys;
  const names = Object.hasOwn(around.names, root) ? around.names[root] : undefined;
  if (!names) return `${source}: "${root}" ${unknownName(root, Object.keys(around.names))}`;
  if (root === 'endpoint' && around.perTenant)
    return `${source}: this step is sent once for the tenant and has no endpoint. Give it "target": "instance", or name no endpoint.`;
  if (name === undefined || name === '') return `${source}: say what of "${root}" is meant.`;
  if (names.known && !names.known.includes(name))
    return `${source}: "${name}" ${unknownName(name, names.known)}`;
  if (root === 'data') return dataProblem(source, name, around);
  if (below.length > 0 && !names.open.includes(name))
    return `${source}: there is nothing below "${root}.${name}".`;
  return null;
}

function dataProblem(source: string, name: string, { saved, perTenant, ofStep }: Around): string | null {
  if (ofStep.includes(name)) return null;
  const by = saved.get(name);
  if (by === 'tenant' || (by === 'instance' && !perTenant)) return null;
  if (by === 'instance')
    return `${source}: "${name}" is kept for each instance, and this step is sent once for the tenant.`;
  if (name === 'instances' && [...saved.values()].includes('instance')) return null;
  const near = nearest(name, [...ofStep, ...saved.keys()]);
  return `${source}: no call before this one takes "${name}" from an answer${near === null ? '.' : `; did you mean "${near}"?`}`;
}

/** What is wrong with an address that is written out; what is filled in is known only then. */
function urlProblem(url: string, perTenant: boolean): string | null {
  if (url.startsWith('/'))
    return perTenant
      ? 'is a path, and this step is sent once for the tenant: give the whole address, or "target": "instance"'
      : null;
  if (url.includes('{{')) return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return 'must be an http or https address, or a path that begins with /';
  const { username, password } = new URL(url);
  return username === '' && password === ''
    ? null
    : 'has a user name or a password in it: give them as auth, from a secret';
}

/** A value that a playbook needs of every tenant. */
export interface Need {
  stage: number;
  /** The place in the playbook, as people read it. */
  field: string;
  source: string;
  keys: readonly string[];
}

/** What a playbook needs of a tenant and its endpoints; worked out once for all tenants. */
export function needsOf({ stages }: PlaybookDefinition): Need[] {
  return stages.flatMap(({ steps }, stage) =>
    steps.flatMap((step, index) =>
      stepTemplates(step).flatMap(({ path, text }) => {
        const field = ['playbook', 'stages', stage, 'steps', index, ...path].join('.');
        return partsOf(text).flatMap(({ source, keys }) =>
          isOfTenant(keys) ? [{ stage, field, source, keys }] : [],
        );
      }),
    ),
  );
}

const isOfTenant = ([root, name]: readonly string[]): boolean =>
  root === 'tenant' || root === 'secret' || (root === 'endpoint' && name === 'labels');

function partsOf(text: string): Placeholder[] {
  try {
    return parseTemplate(text).parts.filter((part) => part.kind === 'placeholder');
  } catch {
    // Told by the check of the playbook.
    return [];
  }
}

/** What of that one tenant does not have, with its place in the playbook; stages that it skips need nothing. */
export function missingOf(
  needs: readonly Need[],
  playbook: PlaybookDefinition,
  tenant: Tenant,
  secrets: readonly string[],
): { field: string; value: string; message: string }[] {
  if (needs.length === 0) return [];
  const skipped = buildStages(playbook, tenant).map(({ skip }) => skip !== null);
  return needs.flatMap(({ stage, field, source, keys }) => {
    const what = skipped[stage] ? null : whatIsMissing(keys, tenant, secrets);
    return what === null
      ? []
      : [{ field, value: source, message: `${tenant.tenantId} has no ${what}, which ${source} needs` }];
  });
}

function whatIsMissing(keys: readonly string[], tenant: Tenant, secrets: readonly string[]): string | null {
  const [root, name = '', below = ''] = keys;
  const has = (record: Readonly<Record<string, unknown>>, key: string) => Object.hasOwn(record, key);
  if (root === 'secret') return secrets.includes(name) ? null : `secret ${name}`;
  if (root === 'endpoint') {
    const without = tenant.endpoints.find(({ labels = {} }) => below !== '' && !has(labels, below));
    return without ? `label ${below} at its endpoint ${without.key}` : null;
  }
  if (name === 'id' || name === 'name') return null;
  if (name === 'labels') return below === '' || has(tenant.labels, below) ? null : `label ${below}`;
  if (name === 'variables') return below === '' || has(tenant.variables, below) ? null : `variable ${below}`;
  return has(tenant.variables, name) ? null : `variable ${name}`;
}
