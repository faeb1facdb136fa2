import { describe, expect, it } from 'vitest';
import { readCall, sizeText } from './call-record';
import { curlOf } from './curl';

const RECORD = {
  instance: 'a-1',
  ok: false,
  millis: 42,
  request:
    'PUT http://a/config?key=••••••\nauthorization: •••\ncontent-type: application/json\n\n{"it\'s":"••••••"}',
  response: '503\nbusy…',
};

describe('a recorded call', () => {
  it('is told apart into what was sent and what came', () => {
    const call = readCall(RECORD);
    expect(call).toMatchObject({ instance: 'a-1', ok: false, millis: 42, status: '503', rest: {} });
    expect(call.request.line).toBe('PUT http://a/config?key=••••••');
    expect(call.request.headers).toEqual([
      ['authorization', '•••'],
      ['content-type', 'application/json'],
    ]);
    expect(call.response).toMatchObject({ body: 'busy…', bytes: 4, cut: true });
  });

  it('without an answer says why, and keeps what else there is', () => {
    const call = readCall({ request: 'GET http://a', response: 'gave no answer within 2000 ms', note: 1 });
    expect(call).toMatchObject({ status: null, instance: null, ok: true, rest: { note: 1 } });
    expect(call.response.body).toBe('gave no answer within 2000 ms');
    expect(readCall('odd').rest).toEqual({ answer: 'odd' });
  });

  it('has a size', () => {
    expect(
      ['', 'x'.repeat(2100), 'x'.repeat(12_000)].map((body) => sizeText({ bytes: body.length, cut: false })),
    ).toEqual(['0 B', '2.1 KB', '12 KB']);
    expect(sizeText({ bytes: 4096, cut: true })).toBe('4.1 KB+');
  });

  it('is a command in which what is hidden goes by a name', () => {
    expect(curlOf(readCall(RECORD).request)).toBe(
      [
        `curl -X PUT 'http://a/config?key='"$SECRET"''`,
        `-H 'authorization: '"$AUTHORIZATION"''`,
        `-H 'content-type: application/json'`,
        `--data-raw '{"it'\\''s":"'"$SECRET"'"}'`,
      ].join(' \\\n  '),
    );
  });
});
