import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safePath } from './safe-path';

describe('where a sign-in leads', () => {
  it.each([
    ['/', '/'],
    ['/plans', '/plans'],
    ['/plans/PLN-1?tab=matrix&at=12', '/plans/PLN-1?tab=matrix&at=12'],
    ['/plans?_rsc=abc&x=1', '/plans?x=1'],
    ['/a/../plans', '/plans'],
    ['/tenants?q=//elsewhere.example', '/tenants?q=%2F%2Felsewhere.example'],
    ['/;//elsewhere.example', '/;//elsewhere.example'],
    ['/plans#//elsewhere.example', '/plans'],
  ])('%s stays', (wanted, path) => expect(safePath(wanted)).toBe(path));

  it.each([
    undefined,
    null,
    '',
    'plans',
    ['/plans', '/tenants'],
    '//elsewhere.example/',
    '///elsewhere.example',
    '/\\elsewhere.example',
    '\\\\elsewhere.example',
    '/..//elsewhere.example/',
    '/.//elsewhere.example',
    '/a/..//elsewhere.example',
    '/%2e%2e//elsewhere.example',
    '/%2E%2e//elsewhere.example',
    '/a/%2e%2e//elsewhere.example',
    '/\t/elsewhere.example',
    '/\n/elsewhere.example',
    '/..\\/elsewhere.example',
    '/..//\\elsewhere.example',
    ' //elsewhere.example',
    'http://elsewhere.example/',
    'https:elsewhere.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '//user@elsewhere.example',
    '/a/b/../..//elsewhere.example',
  ])('%j leads to the start', (wanted) => expect(safePath(wanted)).toBe('/'));

  it('never leads a browser to another site, whatever is asked', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '%2e',
      '%2f',
      '%5c',
      '\t',
      '\n',
      '\0',
      '@',
      ':',
      '?',
      '#',
      ';',
      'e.example',
      'http:',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const wanted of [pieces.join(''), `/${pieces.join('')}`]) {
          const led = safePath(wanted);
          for (const page of ['http://console.example:3000/login', 'https://console.example/login'])
            expect(new URL(led, page).origin).toBe(new URL(page).origin);
          // Once more: another reader must come to the same.
          expect(safePath(led)).toBe(led);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
