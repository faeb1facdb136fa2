import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PlaybookDefinition, StepDefinition } from '@/domain/playbook';
import { fieldName, problemsOf } from '@/server/input/closed-input';
import { missingOf, needsOf } from '@/server/steps/check-playbook';
import { checkStep, kindsOfSteps } from '@/server/steps/registry';
import { objectsIn, valueAt } from '@/server/testing/objects-in';
import { givenPlaybook, playbookDefinition } from './inputs';

const CONFIG: StepDefinition = { name: 'send', type: 'config-update' };
const playbook = (...steps: StepDefinition[]): PlaybookDefinition => ({ stages: [{ name: 'One', steps }] });

/** All that is wrong with a playbook when it is saved, each as "place: words". */
async function wrongIn(definition: PlaybookDefinition): Promise<string[]> {
  const { error } = await playbookDefinition.safeParseAsync(JSON.parse(JSON.stringify(definition)));
  return error ? problemsOf(error).map(({ path, message }) => `${fieldName(path)}: ${message}`) : [];
}
async function wrongInStep(step: Partial<StepDefinition>): Promise<string[]> {
  const call = { name: 'call', type: 'http-request', target: 'instance', ...step };
  return (await wrongIn(playbook(CONFIG, call))).map((told) => told.replace('stages.0.steps.1.', ''));
}
const wrongInBody = (body: string) => wrongInStep({ request: { body } });

/** One problem in such words; null for none. */
const saying = (words: RegExp | null) => (words === null ? [] : [expect.stringMatching(words)]);

it.each([
  [{ label: 'size' }, /^stages\.0\.when: Say what the label is compared with: equals,/],
  [{ label: 'size', order: 'version' }, /^stages\.0\.when: Say what the label is compared with/],
  [{ label: 'size', equals: 'a', order: 'number' }, /^stages\.0\.when: "order" goes with less,/],
  [{ label: 'size', less: 'ten' }, /^stages\.0\.when: "less" is compared as a number, and ten is none/],
  [
    { any: [{ label: 'build', atLeast: 'next', order: 'version' }] },
    /^stages\.0\.when\.any\.0: "atLeast" is compared as a version/,
  ],
  [{ label: 'size', less: '10', atLeast: 2 }, null],
  [{ label: 'build', atLeast: 'v1.2', order: 'version' }, null],
])('a stage is for %j only where that can hold', async (when, words) => {
  expect(await wrongIn({ stages: [{ name: 'One', when, steps: [CONFIG] }] } as PlaybookDefinition)).toEqual(
    saying(words),
  );
});

it('patterns are counted before they are compiled', async () => {
  const body = (count: number) => Array.from({ length: count }, (_, at) => ({ matches: `a{100}${at}` }));
  const asking = (count: number) =>
    playbook(CONFIG, {
      name: 'call',
      type: 'http-request',
      target: 'instance',
      request: { expect: { body: body(count) } },
    });
  expect((await givenPlaybook.safeParseAsync(asking(10))).error?.issues).toBeUndefined();
  const { error } = await givenPlaybook.safeParseAsync(asking(40));
  expect(error?.issues.map(({ message }) => message)).toEqual([
    'has too many large patterns: repeat less in them, or take fewer',
  ]);
});

describe('a template', () => {
  it.each([
    ['{{config.version}}'],
    ['{{ config.payload | json | json }}'],
    ['{{config.payload.deep.key}}'],
    ['{{tenant.id}}{{tenant.name}}{{tenant.labels.region}}{{tenant.variables.dc}}{{tenant.dc}}'],
    ['{{endpoint.url}}{{endpoint.key}}{{endpoint.labels.zone}}'],
    ['{{secret.PASSWORD | base64}}'],
    ['{{task.epoch}} {{task.attempt}} {{task.direction}} {{task.id}} {{task.plan}}'],
    ["{{'{{'}}literal}}"],
    ['no template } at } all'],
  ])('%s is fine', async (body) => {
    expect(await wrongInBody(body)).toEqual([]);
  });

  it.each([
    ['{{config.version', /^request\.body: \{\{config\.version at character 1 is not closed/],
    ['a {{b c}} d', /^request\.body: \{\{b c\}\} at character 3 is not a placeholder/],
    ['{{}}', /is not a placeholder/],
    ['{{config.version | upper}}', /unknown filter "upper" \(known: json, url, base64\)/],
    ['{{settings.version}}', /"settings" is not known here \(known: tenant, endpoint, config/],
    ['{{confg.version}}', /"confg" is not known here; did you mean "config"\?/],
    ['{{config.verson}}', /"verson" is not known here; did you mean "version"\?/],
    ['{{config}}', /say what of "config" is meant/],
    ['{{secret}}', /say what of "secret" is meant/],
    ['{{config.version.major}}', /there is nothing below "config\.version"/],
    ['{{endpoint.host}}', /"host" is not known here \(known: key, url, labels\)/],
    ['{{task.stage}}', /"stage" is not known here/],
    ['{{data.etag}}', /no call before this one takes "etag" from an answer/],
    ['{{constructor.name}}', /"constructor" is not known here/],
    ['{{__proto__.x}}', /"__proto__" is not known here/],
  ])('%s is refused where it stands', async (body, words) => {
    const [first, ...more] = await wrongInBody(body);
    expect(first).toMatch(words);
    expect(first).toMatch(/^request\.body: /);
    expect(more).toEqual([]);
  });

  it('is looked at wherever a step may have one', async () => {
    const bad = '{{nope.x}}';
    const places: [string, Partial<StepDefinition>][] = [
      ['request.url', { request: { url: `/x/${bad}` } }],
      ['request.headers.x-a', { request: { headers: { 'x-a': bad } } }],
      ['request.body.a.0.b', { request: { body: { a: [{ b: bad }] } } }],
      ['request.auth.token', { request: { auth: { type: 'bearer', token: bad } } }],
      ['request.expect.body.0.equals', { request: { expect: { body: [{ path: '$.a', equals: bad }] } } }],
      ['request.expect.body.0.contains', { request: { expect: { body: [{ contains: bad }] } } }],
      ['calls.1.body', { calls: [{}, { body: bad }] }],
      ['readBack.url', { readBack: { url: `/${bad}` } }],
      ['caPem', { caPem: bad }],
      ['tls.serverName', { tls: { serverName: bad } }],
      [
        'request.expect.all.0.oneOf.1',
        { request: { expect: { all: [{ status: true, oneOf: ['a', bad] }] } } },
      ],
      [
        'request.expect.all.0.any.0.not.json',
        { request: { expect: { all: [{ any: [{ not: { json: bad, exists: true } }] }] } } },
      ],
      ['request.extract.x.regex', { request: { extract: { x: { regex: bad } } } }],
      [
        'request.until.all.0.matches',
        { request: { method: 'GET', until: { all: [{ body: true, matches: bad }] } } },
      ],
      [
        'request.until.failFast.xml',
        {
          request: {
            method: 'GET',
            until: { any: [{ body: true, contains: 'x' }], failFast: { xml: bad, exists: true } },
          },
        },
      ],
      ['request.retries.when.contains', { request: { retries: { when: { body: true, contains: bad } } } }],
      [
        'request.auth.request.url',
        { request: { auth: { type: 'login', request: { url: `/${bad}` }, token: { json: 't' } } } },
      ],
      ['onRollback.request.url', { request: {}, onRollback: { request: { url: `/${bad}` } } }],
      ['applied.equals', { type: 'health-check', target: undefined, applied: { json: 'a', equals: bad } }],
      [
        'failFast.not.contains',
        { type: 'health-check', target: undefined, failFast: { not: { body: true, contains: bad } } },
      ],
      ['same.x.json', { type: 'health-check', target: undefined, same: { x: { json: bad } } }],
      ['versionKey', { type: 'health-check', target: undefined, versionKey: bad }],
      ['headers.x', { type: 'health-check', target: undefined, headers: { x: bad } }],
      [
        'fields.f',
        {
          type: 'config-update',
          target: undefined,
          connector: 'redis',
          url: 'redis://r',
          key: 'k',
          fields: { f: bad },
        },
      ],
      [
        'message',
        {
          type: 'broadcast',
          target: undefined,
          connector: 'redis',
          url: 'redis://r',
          channel: 'c',
          message: bad,
        },
      ],
    ];
    for (const [place, step] of places)
      expect(await wrongInStep(step)).toEqual([
        `${place}: {{nope.x}}: "nope" is not known here (known: tenant, endpoint, config, previous, task, secret, data).`,
      ]);
  });
});

describe('what flows from call to call', () => {
  const takes = { extract: { rev: { json: '$.revision' } } };
  const uses = { body: '{{data.rev}}' };
  it.each<[string, StepDefinition[], RegExp | null]>([
    ['within a step', [{ ...CONFIG, calls: [takes, uses] }], null],
    [
      'within a step, the wrong way round',
      [{ ...CONFIG, calls: [uses, takes] }],
      /calls\.0\.body: .*no call before this one/,
    ],
    [
      'saved for a later step',
      [
        { ...CONFIG, request: takes, save: ['rev'] },
        { ...CONFIG, request: uses },
      ],
      null,
    ],
    [
      'not saved',
      [
        { ...CONFIG, request: takes },
        { ...CONFIG, request: uses },
      ],
      /steps\.1\.request\.body: .*no call before/,
    ],
    [
      'misspelt',
      [
        { ...CONFIG, request: takes, save: ['rev'] },
        { ...CONFIG, request: { body: '{{data.rve}}' } },
      ],
      /did you mean "rev"\?/,
    ],
    [
      'of instances, in a step for the tenant',
      [
        { ...CONFIG, request: takes, save: ['rev'] },
        { ...CONFIG, target: 'tenant', request: { ...uses, url: 'http://a/' } },
      ],
      /"rev" is kept for each instance, and this step is sent once for the tenant/,
    ],
    [
      'of the tenant, in a step for instances',
      [
        { ...CONFIG, target: 'tenant', request: { ...takes, url: 'http://a/' }, save: ['rev'] },
        { ...CONFIG, request: uses },
      ],
      null,
    ],
  ])('%s', async (_name, steps, words) => {
    expect(await wrongIn(playbook(...steps))).toEqual(saying(words));
  });
});

describe('an address', () => {
  it.each([
    ['/config', 'instance', null],
    ['http://10.0.0.1:80/x?y=1', 'tenant', null],
    ['{{tenant.variables.base}}/x', 'tenant', null],
    ['/config', 'tenant', /is a path, and this step is sent once for the tenant/],
    ['{{endpoint.url}}/x', 'tenant', /has no endpoint/],
    ['config', 'instance', /must be an http or https address, or a path/],
    ['ftp://a/b', 'tenant', /must be an http or https address/],
    ['http://u:p@a/b', 'tenant', /has a user name or a password in it/],
  ])('%s for each %s', async (url, target, words) => {
    expect(await wrongInStep({ target, request: { url } })).toEqual(saying(words));
  });
});

describe('a JSON path or pattern', () => {
  it.each([
    ['json', 'version', true],
    ['json', '$.a["quoted name"][-1]', true],
    ['json', '$.items[?@.name == "x"].id', true],
    ['json', '$.a[', false],
    ['json', '$..', false],
    ['json', "$['open", false],
    ['json', '$.a[?@.b ==]', false],
    ['regex', 'v(\\d+)', true],
    ['regex', '(', false],
    ['regex', '(?=ahead)', false],
    ['regex', '\\1', false],
  ])('%s %s is judged when it is saved', async (kind, text, fine) => {
    const words = fine ? null : new RegExp(`^calls\\.0\\.extract\\.x\\.${kind}: `);
    expect(await wrongInStep({ calls: [{ extract: { x: { [kind]: text } } }] })).toEqual(saying(words));
  });
});

describe('a setting that nobody knows', () => {
  it.each(kindsOfSteps().map((step) => [step.type, step] as const))(
    'is refused in every object of %s',
    (type, step) => {
      const objects = objectsIn(step.settings);
      expect(objects.length).toBeGreaterThan(0);
      for (const place of objects) {
        const settings = valueAt(place, { surplus: 1 }) as object;
        const problems = checkStep({ ...settings, name: 'x', type });
        const where = [...place.path, 'surplus'].join('.');
        if (place.unclear) expect(problems).not.toEqual([]);
        else
          expect({ type, places: problems.map(({ path }) => path.join('.')) }).toMatchObject({
            type,
            places: expect.arrayContaining([where]),
          });
      }
    },
  );
});

it('finds nothing wrong with the playbooks that the project comes with', async () => {
  const recipes = readdirSync('docs/recipes').map((name) => readFileSync(`docs/recipes/${name}`, 'utf8'));
  const playbooks = recipes.flatMap((text) =>
    [...text.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, json = '']) => {
      const parsed = JSON.parse(json) as { stages?: unknown };
      return parsed.stages ? [parsed as PlaybookDefinition] : [];
    }),
  );
  expect(playbooks.length).toBeGreaterThanOrEqual(5);
  for (const one of playbooks) expect(await wrongIn(one)).toEqual([]);
});

describe('what a tenant lacks', () => {
  const definition: PlaybookDefinition = {
    stages: [
      {
        name: 'One',
        steps: [
          {
            ...CONFIG,
            request: {
              headers: {
                a: '{{secret.TOKEN}}',
                b: '{{tenant.labels.region}}',
                c: '{{endpoint.labels.zone}}',
                d: '{{tenant.dc}}',
              },
            },
          },
        ],
      },
      {
        name: 'Two',
        when: { label: 'ring', equals: 'x' },
        steps: [{ ...CONFIG, request: { body: '{{tenant.variables.rare}}' } }],
      },
    ],
  };
  const tenant = {
    tenantId: 'acme',
    name: 'Acme',
    labels: { region: 'eu', ring: 'a' },
    endpoints: [{ key: 'e1', url: 'http://a', labels: { zone: 'z' } }],
    variables: { dc: '1' },
    overrides: {},
  };
  const missing = (change: object, secrets = ['TOKEN']) =>
    missingOf(needsOf(definition), definition, { ...tenant, ...change }, secrets).map(
      ({ message }) => message,
    );

  it('is told with the placeholder that needs it, and of stages it skips nothing is', () => {
    expect(missing({})).toEqual([]);
    expect(missing({}, [])).toEqual(['acme has no secret TOKEN, which {{secret.TOKEN}} needs']);
    expect(missing({ labels: {} })).toEqual([
      'acme has no label region, which {{tenant.labels.region}} needs',
    ]);
    expect(missing({ endpoints: [{ key: 'e2', url: 'http://a' }] })).toEqual([
      'acme has no label zone at its endpoint e2, which {{endpoint.labels.zone}} needs',
    ]);
    expect(missing({ variables: {} })).toEqual(['acme has no variable dc, which {{tenant.dc}} needs']);
    expect(missing({ labels: { region: 'eu', ring: 'x' } })).toEqual([
      'acme has no variable rare, which {{tenant.variables.rare}} needs',
    ]);
  });
});
