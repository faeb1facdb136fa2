import { describe, expect, it } from 'vitest';
import { JsonText } from './json-text';
import { parseTemplate, render, renderDeep, TemplateError } from './template';

const scope = {
  tenant: { id: 'acme', name: 'A & B', labels: { ring: 'canary' }, zero: 0, off: false },
  endpoint: { url: 'http://a' },
};

describe('a template', () => {
  it.each([
    ['{{tenant.id}}-{{ tenant.labels.ring }}', 'acme-canary'],
    ['{{tenant.name | url}}', 'A%20%26%20B'],
    ['{{tenant.name|json}}', '"A & B"'],
    ['{{tenant.labels | json}}', '{"ring":"canary"}'],
    ['{{tenant.name | base64}}', 'QSAmIEI='],
    ['{{tenant.labels | json | json}}', '"{\\"ring\\":\\"canary\\"}"'],
    ['{{tenant.name|url|base64}}', 'QSUyMCUyNiUyMEI='],
    ['{{tenant.zero}} {{tenant.off}}', '0 false'],
    ['{ {tenant.id} } }}', '{ {tenant.id} } }}'],
    ['{{{tenant.id}}}', '{acme}'],
    ['{{\'{{\'}}tenant.id}} {{ "{" }}', '{{tenant.id}} {'],
    ["{{'{{{'}}", '{{{'],
  ])('%s becomes %s', (template, expected) => {
    expect(render(template, scope)).toBe(expected);
  });

  it('encodes more than ASCII as UTF-8', () => {
    expect(render('{{v | base64}}', { v: 'ü€' })).toBe(Buffer.from('ü€').toString('base64'));
  });

  it('encodes as much as a configuration may have', () => {
    const v = 'ü'.repeat(300_000);
    expect(render('{{v | base64}}', { v })).toBe(Buffer.from(v).toString('base64'));
  });

  it.each([
    ['{{tenant.id', 0, 'at character 1 is not closed'],
    ['a {{', 2, 'at character 3 is not closed'],
    ['a\nb {{ .Values.x }}', 4, 'at line 2, character 3 is not a placeholder'],
    ['{{}}', 0, "For braces that are to stay write {{'{{'}}."],
    ['{{{{tenant.id}}', 2, null],
    ['{{#if x}}', 0, 'is not a placeholder'],
    ['x{{tenant.id | upper}}', 1, 'the unknown filter "upper" (known: json, url, base64)'],
  ])('%s is read strictly', (template, position, message) => {
    const read = () => parseTemplate(template);
    if (message === null) return expect(read().parts.at(-1)).toMatchObject({ position });
    expect(read).toThrow(TemplateError);
    expect(read).toThrow(expect.objectContaining({ position, message: expect.stringContaining(message) }));
  });

  it.each([
    '{{tenant.missing}}',
    '{{tenant.id | upper}}',
    '{{tenant.id | json | upper}}',
    '{{tenant.id | constructor}}',
    '{{tenant.constructor}}',
    '{{tenant.id.length}}',
  ])('%s is refused by name', (template) => {
    expect(() => render(template, scope)).toThrow(TemplateError);
    expect(() => render(template, scope)).toThrow(template);
  });

  it('does not fill in what a value brought along', () => {
    expect(render('{{v}}', { v: '{{secret.key}} $&' })).toBe('{{secret.key}} $&');
  });

  it('tells its pieces with their places', () => {
    const { parts } = parseTemplate("x{{a.b | json | url}}{{'{{'}}");
    expect(parts).toEqual([
      { kind: 'text', text: 'x', source: 'x' },
      {
        ...{ kind: 'placeholder', keys: ['a', 'b'], filters: ['json', 'url'] },
        ...{ source: '{{a.b | json | url}}', position: 1 },
      },
      { kind: 'text', text: '{{', source: "{{'{{'}}" },
    ]);
  });

  it('passes JSON on as it is written, whole and in part', () => {
    const payload = new JsonText(
      '{ "big": 12345678901234567890, "l": [1.0, {"b":1, "a":2}], "s": "\\u0041" }',
    );
    const filled = (template: string) => render(template, { payload, all: { n: payload.at('big') } });
    expect(filled('{{payload}}')).toBe(payload.source);
    expect(filled('{{payload | json}}')).toBe(payload.source);
    expect(filled('{{payload | json | json}}')).toBe(JSON.stringify(payload.source));
    expect(filled('{{payload.big}} {{payload.l.0}} {{payload.l.1}} {{payload.s}}')).toBe(
      '12345678901234567890 1.0 {"b":1, "a":2} A',
    );
    expect(filled('{{all | json}}')).toBe('{"n":12345678901234567890}');
  });

  it('fills every string inside a value', () => {
    expect(renderDeep({ a: ['{{tenant.id}}', 1], b: { c: null, d: '{{endpoint.url}}' } }, scope)).toEqual({
      a: ['acme', 1],
      b: { c: null, d: 'http://a' },
    });
  });
});
