import { describe, expect, it } from 'vitest';
import { ownReason } from './own-reason';

const ofJson = (body: unknown) => ownReason(JSON.stringify(body), body);

describe('the reason a target gives', () => {
  it.each([
    [{ error: 'no such zone' }, 'no such zone'],
    [{ error: { code: 4, message: 'no such zone' } }, 'no such zone'],
    [{ error: { type: 'mapper', reason: 'no such field' } }, 'no such field'],
    [{ errors: [{ status: '422', detail: 'is too long' }] }, 'is too long'],
    [{ type: 'about:blank', title: 'Bad Request', detail: 'is too long' }, 'is too long'],
    [[{ result: 1, text: 'subnet configuration failed' }], 'subnet configuration failed'],
    [{ results: [{ statement_id: 0, error: 'database not found' }] }, 'database not found'],
    [{ error: 423, status: 'Conflicting request' }, 'Conflicting request'],
  ])('is found in %j', (body, said) => expect(ofJson(body)).toBe(said));

  it('is the one that says why, where a word for its kind stands beside it', () => {
    expect(ofJson({ error: 'bad_request', reason: 'priority should be a number' })).toBe(
      'priority should be a number',
    );
    expect(ofJson({ statusCode: 400, error: 'Bad Request', message: 'is too long' })).toBe('is too long');
    expect(ofJson({ error: 'Bad Request', message: '' })).toBe('Bad Request');
  });

  it('has the word that programs go by before it', () => {
    expect(ofJson({ code: 'version_mismatch', message: 'Error' })).toBe('version_mismatch: Error');
    expect(ofJson({ error: { code: 'Busy' } })).toBe('Busy');
    expect(ofJson({ code: 14, message: 'no leader' })).toBe('no leader');
  });

  it('is no word of how it is, where the answer is no error', () => {
    const body = { version: 'v1', status: 'UP' };
    expect(ownReason(JSON.stringify(body), body, false)).toBeNull();
  });

  it('is what people see of a page', () => {
    const page =
      '<!DOCTYPE HTML>\n<html><head><title>412 Precondition Failed</title><style>b > i {}</style></head>\n<body><h1>Precondition Failed</h1>\n<p>It evaluated to <i>false</i>.</p></body></html>';
    expect(ownReason(page, undefined)).toBe('Precondition Failed It evaluated to false .');
    expect(ownReason('\n not\n authorized\n', undefined)).toBe('not authorized');
  });

  it('is none where nothing is said', () => {
    for (const body of [{}, [], null, 1, { error: 7 }, { message: ' ' }]) expect(ofJson(body)).toBeNull();
    expect(ownReason('', undefined)).toBeNull();
    expect(ownReason('<html><body></body></html>', undefined)).toBeNull();
  });

  it('is cut, however long it is', () => {
    expect(ownReason('x'.repeat(1_000_000), undefined)).toHaveLength(2000);
    expect(ofJson({ error: 'x'.repeat(3000) })).toHaveLength(2000);
    expect(ownReason('<head '.repeat(100_000), undefined)).toHaveLength(2000);
  });
});
