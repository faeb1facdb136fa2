import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillSecrets, fillTenant, type PayloadFormat, withStandIns } from './payload';
import { TemplateError } from './template';

const tenant = { id: 'acme', quote: 'say "hi"\\', brace: '{{secret.PW}} {', port: '80' };
const secrets = { PW: 'a"b\\c\n', N: '5', o: '{' };

const fillAll = (payload: string, format: PayloadFormat = 'json') =>
  fillSecrets(
    { payload: fillTenant({ payload, format }, tenant, new Set(Object.keys(secrets))), format },
    secrets,
  );

describe('a payload', () => {
  it.each([
    ['{"a":"{{secret.PW}}"}', '{"a":"a\\"b\\\\c\\n"}'],
    ['{"a":{{secret.N}},"b":{{secret.PW | json}}}', '{"a":5,"b":"a\\"b\\\\c\\n"}'],
    ['{"a":"{{secret.PW | base64}}"}', `{"a":"${btoa(secrets.PW)}"}`],
    ['{"a":"\\"{{tenant.quote}}"}', '{"a":"\\"say \\"hi\\"\\\\"}'],
    ['{"a":"{{tenant.brace}}{x}"}', '{"a":"{{secret.PW}} {{x}"}'],
    ['{"a":"{{tenant.brace}}{{secret.o}}{{secret.N}}"}', '{"a":"{{secret.PW}} {{5"}'],
    ['{"a":"{{\'{{\'}}secret.PW}}"}', '{"a":"{{secret.PW}}"}'],
    [' {"a": 1.0}\r\n', ' {"a": 1.0}\r\n'],
  ])('%s becomes %s', (payload, expected) => expect(fillAll(payload)).toBe(expected));

  it('is filled in as it is where it is no JSON', () => {
    expect(fillAll('pw="{{secret.PW}}" {{tenant.quote}}', 'text')).toBe('pw="a"b\\c\n" say "hi"\\');
  });

  it('keeps its references to secrets until it is sent', () => {
    const payload = '{"a":"{{tenant.id}} {{ secret.PW }}"}';
    expect(fillTenant({ payload, format: 'json' }, tenant, null)).toBe('{"a":"acme {{ secret.PW }}"}');
  });

  it.each([
    ['{"a":"{{config.version}}"}', '{{config.version}}'],
    ['{"a":"{{foo}}"}', '{{foo}}'],
    ['{"a":"{{secret.MISSING}}"}', '{{secret.MISSING}}'],
    ['{"a":"{{secret}}"}', '{{secret}}'],
    ['{"a":"{{tenant.nobody}}"}', '{{tenant.nobody}}'],
    ['{"a":"{{secret.PW | rot13}}"}', '{{secret.PW | rot13}}'],
    ['{"a":"{{ $json }}"}', '{{ $json }}'],
    ['{"a":"{{tenant.id"}', '{{tenant.id"}'],
  ])('%s is refused before it is sent, naming %s', (payload, placeholder) => {
    const fill = () => fillTenant({ payload, format: 'json' }, tenant, new Set(['PW']));
    expect(fill).toThrow(TemplateError);
    expect(fill).toThrow(
      expect.objectContaining({ placeholder, message: expect.stringContaining(placeholder) }),
    );
  });

  it('sends what a value of the tenant brings along as it is, whatever stands around it', () => {
    const bits = fc.array(fc.constantFrom('{', '{{', '}}', 'secret.PW', "'", '"', 'x', '\\'), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(bits, bits, (one, two) => {
        const [a, b] = [one.join(''), two.join('')];
        const stored = fillTenant(
          { payload: '{ {{tenant.a}}{{tenant.b}}{ }', format: 'text' },
          { a, b },
          new Set(),
        );
        expect(fillSecrets({ payload: stored, format: 'text' }, secrets)).toBe(`{ ${a}${b}{ }`);
      }),
    );
  });

  it('can be looked at as JSON before its secrets are known', () => {
    expect(withStandIns('{"a":"x{{secret.PW}}","b":{{secret.N}}}')).toBe('{"a":"x","b":0}');
  });
});
