import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigDocument } from '@/domain/config-changes';
import { documentsIn, filesOf } from './config-files';

const documentsOf = (files: Map<string, string>) =>
  [...files].flatMap(([file, text]) => documentsIn(file, text).map(({ document }) => document));

describe('files', () => {
  it('say what they were made of, whatever stands in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom('\n', ' ', '\t', '#', ':', '-', '"', "'", '|', '>', '{', 'a', '\r'),
      }),
      fc.constantFrom(
        'no',
        'yes',
        '~',
        '1e3',
        '0x1f',
        '22:00',
        '2026-01-01',
        '---',
        '...',
        '- a',
        '&a',
        '*a',
        '!x',
        '{{a}}',
      ),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          tie('any'),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    })).any;
    const document = fc.record({
      kind: fc.constantFrom('Tenant', 'Freeze', 'Webhook', 'Settings'),
      name: text,
      spec: fc.record({ labels: value, payload: text }),
    }) as fc.Arbitrary<ConfigDocument>;
    fc.assert(
      fc.property(fc.array(document, { maxLength: 4 }), (documents) => {
        const read = documentsOf(filesOf(documents)) as ConfigDocument[];
        const order = ['Settings', 'Tenant', 'Freeze', 'Webhook'];
        expect(read).toEqual(order.flatMap((kind) => documents.filter((one) => one.kind === kind)));
      }),
      { numRuns: 500, examples: [[[{ kind: 'Tenant', name: 'a', spec: { payload: ' \n' } }]]] },
    );
  });

  it('are one for each playbook and unit, and one for all of another kind', () => {
    const document = (kind: ConfigDocument['kind'], name: string): ConfigDocument => ({
      kind,
      name,
      spec: {},
    });
    const files = filesOf([
      document('Playbook', 'a'),
      document('Playbook', 'b'),
      document('Version', 'unit/v1'),
      document('Version', 'unit/v2'),
      document('Tenant', 'x'),
      document('Tenant', 'y'),
    ]);
    expect([...files.keys()].sort()).toEqual([
      'freezes.yaml',
      'playbooks/a.yaml',
      'playbooks/b.yaml',
      'settings.yaml',
      'tenants.yaml',
      'versions/unit.yaml',
      'webhooks.yaml',
    ]);
    expect(files.get('freezes.yaml')).toBe('# There is none.\n');
    expect([...filesOf([], ['Freeze']).keys()]).toEqual(['freezes.yaml']);
  });
});

describe('documents', () => {
  it('are told with the place they are in', () => {
    const two = 'kind: Tenant\nname: a\n---\n# nothing\n---\nkind: Tenant\nname: b\n';
    expect(documentsIn('t.yaml', two).map(({ place }) => place)).toEqual([
      't.yaml, document 1',
      't.yaml, document 2',
    ]);
    expect(documentsIn('t.json', '{"kind": "Tenant"}')).toEqual([
      { document: { kind: 'Tenant' }, place: 't.json' },
    ]);
    expect(documentsIn('t.json', '[{}, {}]')).toHaveLength(2);
    expect(documentsIn('empty.yaml', '# nothing\n')).toEqual([]);
    expect(documentsIn('empty.yaml', '')).toEqual([]);
  });

  it.each([
    ['a: [', 'x.yaml is not valid YAML: '],
    ['a: 1\na: 2', 'x.yaml is not valid YAML: Map keys must be unique at line 2, column 1'],
    ['a: !secret x', 'x.yaml is not valid YAML: Unresolved tag: !secret'],
    [
      `a: &a [1]\nb: &b [${'*a,'.repeat(60)}]\nc: [${'*b,'.repeat(60)}]`,
      'x.yaml is not valid YAML: Excessive alias count',
    ],
    ['a: {? [b] : c}', 'x.yaml is not valid YAML: all keys must be strings at line 1'],
    ['a: {b: .inf}', 'x.yaml: a.b: is no number that can be sent'],
    ['a: .nan\n---\nb: 1', 'x.yaml, document 1: a: is no number that can be sent'],
    ['a: !!binary aGk=', 'x.yaml: a: must be a text, a list or an object'],
    ['a: !!set {b}', 'x.yaml: a: must be a text, a list or an object'],
    ['a: {__proto__: b}', 'x.yaml: a: cannot have "__proto__" in it'],
    [`a: ${'['.repeat(97)}${']'.repeat(97)}`, 'x.yaml: is nested too deeply (more than 97 levels)'],
  ])('that are none are refused: %s', (text, message) => {
    expect(() => documentsIn('x.yaml', text)).toThrow(message);
  });

  it('that have a key twice are refused, with the key and its lines', () => {
    const text = '{"kind": "Freeze",\n"name": "Fair",\n"spec": {"tenantId": "a", "tenantId": "b"}}';
    expect(() => documentsIn('freezes.json', text)).toThrow(
      'freezes.json is not valid JSON: It has the key "tenantId" twice, in line 3.',
    );
    expect(() => documentsIn('freezes.yaml', text)).toThrow('Map keys must be unique at line 3');
    expect(documentsIn('freezes.json', `[${text.replace('"tenantId": "a", ', '')}]`)).toHaveLength(1);
  });

  it('nested as deep as the server takes are taken, deeper ones are refused before they are sent', () => {
    const lists = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(documentsIn('x.json', `{"a":${lists(96)}}`)).toHaveLength(1);
    expect(() => documentsIn('x.json', `{"a":${lists(5000)}}`)).toThrow('x.json: is nested too deeply');
  });

  it('of a file that is larger than any are not looked for', () => {
    expect(() => documentsIn('x.yaml', `a: "${'x'.repeat(17 * 1024 * 1024)}"`)).toThrow(
      'x.yaml has more than 16 MiB',
    );
  });
});
