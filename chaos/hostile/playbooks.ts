import type { Random } from '../random';

type Drawn = Record<string, unknown>;

/** Chosen with its chance, else left out. */
const maybe = <T>(random: Random, chance: number, make: () => T): T | undefined =>
  random.chance(chance) ? make() : undefined;

const LABEL = { label: 'ring', equals: 'a' };

/** What an answer may be looked through for; an instance that is well has all of it. */
const EXTRACTIONS: Readonly<Record<string, Drawn>> = {
  revision: { json: 'revision' },
  firstItem: { json: '$.items[0].id' },
  tag: { header: 'ETag' },
  told: { json: 'etag' },
  nonce: { trailer: 'X-Nonce' },
  word: { regex: '"message":"(\\w+)' },
  slow: { regex: '(a+)*|(\\w+)+$' },
  hidden: { json: 'digest', secret: true },
};

const BODY_EXPECTATIONS: readonly Drawn[] = [
  { path: 'ok', equals: true },
  { path: 'status', equals: 'ok' },
  { path: 'error', exists: false },
  { contains: 'well' },
  { path: 'version', equals: '{{config.version}}' },
];

/**
 * A playbook that the schema allows, drawn: whatever it says, its tasks must come to an end, and with instances that are
 * well most of them to a good one.
 */
export function drawPlaybook(random: Random): Drawn {
  const stages: Drawn[] = [];
  const count = random.whole(1, 4);
  for (let index = 0; index < count; index += 1)
    stages.push({
      name: `Stage ${index + 1}`,
      when: maybe(random, 0.15, () => (random.chance(0.5) ? LABEL : { label: 'ring', notEquals: 'a' })),
      steps: random.chance(0.07)
        ? [{ name: 'ask', type: 'approval', instructions: 'Look at it' }]
        : Array.from({ length: random.whole(1, 3) }, (_, step) => drawStep(random, `step ${step + 1}`)),
    });
  stages.unshift({ name: 'Config', steps: [drawSend(random, 'send', 'config-update')] });
  if (random.chance(0.8)) stages.push({ name: 'Health', steps: [drawHealth(random, 'confirm')] });
  return plain({ stages, policies: drawPolicies(random), settings: drawSettings(random) });
}

/** Without what was not chosen: a key that is there is one that was meant. */
const plain = (value: Drawn): Drawn => JSON.parse(JSON.stringify(value)) as Drawn;

function drawStep(random: Random, name: string): Drawn {
  switch (random.below(8)) {
    case 0:
      return drawHealth(random, name);
    case 1:
      return { name, type: 'wait', seconds: random.oneOf([0, 0.2, 1]), settle: random.chance(0.3) };
    case 2:
    case 3:
      return drawSend(random, name, 'broadcast');
    case 4:
      return drawSend(random, name, 'config-update');
    default:
      return drawSend(random, name, 'http-request');
  }
}

function drawSend(random: Random, name: string, type: string): Drawn {
  const calls = Array.from({ length: random.oneOf([1, 1, 1, 2, 3]) }, (_, index) => drawCall(random, index));
  const extracted = calls.flatMap(({ extract }) =>
    Object.entries((extract ?? {}) as Record<string, Drawn>).flatMap(([key, { secret }]) =>
      secret ? [] : [key],
    ),
  );
  return {
    name,
    type,
    // Once for the tenant there would be no endpoint, and a playbook that names one then is refused.
    target: type === 'http-request' ? 'instance' : maybe(random, 0.4, () => 'instance'),
    ...(calls.length === 1 && random.chance(0.5) ? { request: calls[0] } : { calls }),
    inDoubt: maybe(random, 0.4, () => random.oneOf(['resend', 'probe', 'ask'])),
    maxPerHost: maybe(random, 0.15, () => random.whole(1, 20)),
    readBack: maybe(random, 0.3, () => ({
      url: '{{endpoint.url}}/health',
      timeoutMillis: 500,
      expect: { body: [{ path: 'version', equals: '{{config.version}}' }] },
    })),
    save: maybe(random, 0.3, () => extracted.filter(() => random.chance(0.5))),
  };
}

function drawCall(random: Random, index: number): Drawn {
  // What is only read counts as nothing sent, so that at least the first call of a step changes something.
  const method = random.oneOf(['PUT', 'POST', 'PATCH', 'DELETE', ...(index > 0 ? ['GET'] : [])]);
  const names = Object.keys(EXTRACTIONS).filter(() => random.chance(0.2));
  return {
    method,
    url: random.oneOf([
      '{{endpoint.url}}/config',
      '{{endpoint.url}}/v/{{config.version | url}}?t={{tenant.id}}',
    ]),
    headers: { 'x-version': '{{config.version}}', 'x-digest': '{{config.digest}}', 'x-call': String(index) },
    body: maybe(random, 0.7, () =>
      random.oneOf<unknown>([
        '{{config.text}}',
        '{"v":{{config.version | json}},"b":"{{config.text | base64}}"}',
        { version: '{{config.version}}', deep: { of: ['{{tenant.id}}', 1, null] } },
      ]),
    ),
    auth: maybe(random, 0.2, () =>
      random.oneOf<Drawn>([
        { type: 'basic', username: 'u', password: 'p{{tenant.id}}' },
        { type: 'bearer', token: 'token-of-{{tenant.id}}' },
        { type: 'header', name: 'X-Key', value: 'key' },
      ]),
    ),
    timeoutMillis: random.oneOf([200, 400, 800, 1500]),
    expect: maybe(random, 0.5, () => ({
      status: random.oneOf<unknown[]>([['2xx'], [200, 204], ['2xx', '3xx', 404]]),
      body: BODY_EXPECTATIONS.slice(0, 4).filter(() => random.chance(0.25)),
    })),
    extract: Object.fromEntries(names.map((name) => [name, EXTRACTIONS[name]])),
    retries: maybe(random, 0.5, () => ({
      on: random.oneOf<unknown[]>([['connection', '5xx'], ['connection'], ['4xx', '5xx', 'connection', 200]]),
      count: random.whole(1, 3),
      backoff: random.oneOf(['fixed', 'exponential']),
      delayMillis: random.oneOf([0, 50, 200]),
      maxDelayMillis: 400,
    })),
  };
}

function drawHealth(random: Random, name: string): Drawn {
  const encoding = random.chance(0.2) ? 'base64' : 'plain';
  return {
    name,
    type: 'health-check',
    path: encoding === 'base64' ? '/health64' : '/health',
    method: random.chance(0.15) ? 'POST' : 'GET',
    intervalSeconds: random.oneOf([0, 0.1, 0.3]),
    attempts: random.whole(2, 6),
    timeoutMillis: random.oneOf([100, 300, 800]),
    digestKey: maybe(random, 0.15, () => 'digest'),
    encoding,
    maxPerHost: maybe(random, 0.1, () => random.whole(1, 8)),
  };
}

function drawPolicies(random: Random): Drawn {
  return {
    retry: maybe(random, 0.4, () =>
      random.chance(0.5)
        ? { kind: 'fixed', attempts: random.whole(1, 3), delaySeconds: random.oneOf([0, 0.3]) }
        : { kind: 'exponential', attempts: random.whole(1, 3), baseSeconds: 0.1, maxSeconds: 0.5 },
    ),
    pause: maybe(random, 0.1, () =>
      random.chance(0.5) ? { kind: 'beforeStage', stage: 'Health' } : { kind: 'afterCanary' },
    ),
    completion: maybe(random, 0.2, () => ({ kind: 'percent', percent: random.whole(1, 100) })),
    rollback: maybe(random, 0.2, () => ({ kind: 'automatic' })),
    healthCheck: maybe(random, 0.2, () => ({ kind: 'consecutiveRounds', rounds: 2 })),
    checkpoint: maybe(random, 0.2, () => ({ kind: 'none' })),
  };
}

function drawSettings(random: Random): Drawn {
  return {
    maxRetry: maybe(random, 0.3, () => random.whole(0, 4)),
    healthIntervalSeconds: 0.1,
    healthAttempts: random.whole(2, 5),
    heartbeatSeconds: maybe(random, 0.3, () => random.whole(1, 3)),
  };
}

/** What a plan chooses beside its playbook. */
export function drawPlanSettings(random: Random): Drawn {
  return plain({
    maxRetry: random.whole(0, 4),
    healthIntervalSeconds: maybe(random, 0.5, () => random.oneOf([0, 0.2])),
    healthAttempts: maybe(random, 0.5, () => random.whole(1, 5)),
    policies: maybe(random, 0.5, () => drawPolicies(random)),
    waves: maybe(random, 0.3, () => [
      { size: { count: random.whole(1, 3) }, bakeSeconds: random.oneOf([0, 1]) },
      { size: { percent: random.whole(20, 60) }, bakeSeconds: 0 },
    ]),
    thresholds: maybe(random, 0.25, () =>
      random.oneOf<Drawn>([{ failedCount: 3 }, { failedPercent: 40 }, { consecutive: 3 }, { sameError: 3 }]),
    ),
    driftGuard: random.chance(0.4),
    reconcile: maybe(random, 0.2, () => true),
  });
}
