import { isObject, type Json, moved, valueAt, withValue } from './json-value';

/** A stage, or one of its steps; or {@link WHOLE}. */
export interface Place {
  stage: number;
  step: number | null;
}

/** What a playbook says beside its stages. */
export const WHOLE: Place = { stage: -1, step: null };

export const isWhole = ({ stage }: Place): boolean => stage === WHOLE.stage;

/** What the outline shows of a stage; whatever is wrong with it, it can be shown. */
export interface StageOutline {
  name: string;
  steps: { name: string; type: string }[];
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const listAt = (definition: Json, path: (string | number)[]): Json[] => {
  const list = valueAt(definition, path);
  return Array.isArray(list) ? list : [];
};

export function outlineOf(definition: Json): StageOutline[] {
  return listAt(definition, ['stages']).map((stage, index) => ({
    name: isObject(stage) ? textOf(stage.name) : '',
    steps: listAt(definition, ['stages', index, 'steps']).map((step) => ({
      name: isObject(step) ? textOf(step.name) : '',
      type: isObject(step) ? textOf(step.type) : '',
    })),
  }));
}

export function pathOf(place: Place): (string | number)[] {
  if (isWhole(place)) return [];
  const { stage, step } = place;
  return step === null ? ['stages', stage] : ['stages', stage, 'steps', step];
}

const stepsPath = (stage: number) => ['stages', stage, 'steps'];

export function withStage(definition: Json, name: string): Json {
  return withValue(definition, ['stages'], [...listAt(definition, ['stages']), { name, steps: [] }]);
}

export function withStepIn(definition: Json, stage: number, step: Json): Json {
  const path = stepsPath(stage);
  return withValue(definition, path, [...listAt(definition, path), step]);
}

/** Stages are moved among stages, steps among steps, also into another stage. Null where it cannot go there. */
export function movedTo(definition: Json, from: Place, to: Place): Json | null {
  const stages = listAt(definition, ['stages']);
  if (to.stage < 0 || to.stage >= stages.length) return null;
  if (from.step === null) return withValue(definition, ['stages'], moved(stages, from.stage, to.stage));
  const step = valueAt(definition, pathOf(from));
  if (step === undefined) return null;
  const without = withValue(definition, pathOf(from), undefined);
  const path = stepsPath(to.stage);
  const others = listAt(without, path);
  const at = Math.min(to.step ?? others.length, others.length);
  return withValue(without, path, [...others.slice(0, at), step, ...others.slice(at)]);
}

/** One place up or down: a step at the edge of its stage goes on into the next one. Null at the very end. */
export function neighbour(
  outline: readonly StageOutline[],
  { stage, step }: Place,
  by: 1 | -1,
): Place | null {
  if (step === null) return outline[stage + by] ? { stage: stage + by, step: null } : null;
  const within = step + by;
  if (within >= 0 && within < (outline[stage]?.steps.length ?? 0)) return { stage, step: within };
  const other = outline[stage + by];
  if (!other) return null;
  return { stage: stage + by, step: by === 1 ? 0 : other.steps.length };
}

/** What a new step of a kind begins with. */
export function newStep(type: string, name: string): Json {
  const starts: Record<string, { [key: string]: Json }> = {
    'config-update': { request: { method: 'PUT', url: '/config', body: '{{config.text}}' } },
    broadcast: { request: { method: 'POST', url: '/reload' } },
    'health-check': { path: '/health', versionKey: 'version' },
    'http-request': { target: 'instance', request: { method: 'POST', url: '/' } },
    'metric-gate': {
      query: { url: 'http://prometheus:9090/api/v1/query?query={{tenant.id | url}}' },
      less: 0.05,
    },
    sql: { driver: 'postgresql', url: '', username: '', statements: [{ sql: '' }] },
    amqp: { url: '', username: '', password: '', exchange: '', routingKey: '{{tenant.id}}' },
    wait: { seconds: 60 },
    approval: { instructions: '' },
  };
  return { name, type, ...starts[type] };
}
