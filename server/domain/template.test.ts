import { describe, expect, it } from 'vitest';
import { placeholders, render, renderDeep, TemplateError } from './template';

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
    ['{ {tenant.id} } {{}}', '{ {tenant.id} } {{}}'],
  ])('%s becomes %s', (template, expected) => {
    expect(render(template, scope)).toBe(expected);
  });

  it('encodes more than ASCII as UTF-8', () => {
    expect(render('{{v | base64}}', { v: 'ü€' })).toBe(Buffer.from('ü€').toString('base64'));
  });

  it('leaves other roots for later when told so', () => {
    expect(render('{{tenant.id}} {{secret.key}}', scope, 'tenant')).toBe('acme {{secret.key}}');
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

  it('names its placeholders once each', () => {
    expect(placeholders('{{a.b}} {{c | json}} {{a.b}}')).toEqual(['a.b', 'c']);
  });

  it('fills every string inside a value', () => {
    expect(renderDeep({ a: ['{{tenant.id}}', 1], b: { c: null, d: '{{endpoint.url}}' } }, scope)).toEqual({
      a: ['acme', 1],
      b: { c: null, d: 'http://a' },
    });
  });
});
