import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { extractValues } from './extract';
import { httpCallOf } from './http-settings';
import { judge } from './judge-answer';
import { rawAnswer } from './raw-answer';

afterEach(() => vi.restoreAllMocks());

const answer = (text: string, status = 200) => rawAnswer({ status, headers: {}, trailers: {}, text });

/** A call that asks as much of an answer as one can. */
const curious = httpCallOf({
  expect: {
    status: [200],
    body: Array.from({ length: 50 }, (_, at) => ({ path: `list[${at}]`, equals: at })),
  },
  extract: Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [
      `v${at}`,
      at % 2 ? { json: `list[${at}]` } : { regex: `,(${at + 1}),` },
    ]),
  ),
});
const list = JSON.stringify({ list: Array.from({ length: 5000 }, (_, at) => at) });

describe('an answer', () => {
  it('is read as JSON once, however much is asked of it', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    const came = answer(list);
    expect(await judge(curious.expect, came, {})).toBeNull();
    expect(await extractValues(curious.extract, came, {})).toMatchObject({
      values: { v0: '1', v1: 1, v49: 49 },
    });
    expect(parse).toHaveBeenCalledTimes(1);
    expect(await judge(curious.expect, answer(list, 500), {})).toMatchObject({ code: 'HTTP_500' });
    expect(parse).toHaveBeenCalledTimes(2);
  });

  it('lets others have their turn between two patterns', async () => {
    let turns = 0;
    let over = false;
    const others = (async () => {
      for (; !over; turns += 1) await nextTurn();
    })();
    await extractValues(curious.extract, answer(list), {});
    over = true;
    await others;
    expect(turns).toBeGreaterThanOrEqual(25);
  });

  it.each([
    ['nested too deeply', `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`, 'nested too deeply'],
    ['a long list of nothing', `[${'[],'.repeat(300_000)}1]`, 'too many parts'],
    [
      'many names',
      `{${Array.from({ length: 90_000 }, (_, at) => `"k${at}":1`).join(',')}}`,
      'too many parts',
    ],
  ])('%s is not read, and the words say so', async (_name, text, why) => {
    const parse = vi.spyOn(JSON, 'parse');
    const wanted = httpCallOf({
      expect: { body: [{ path: 'x', equals: 1 }] },
      extract: { x: { json: 'x' } },
    });
    expect((await judge(wanted.expect, answer(text), {}))?.message).toContain(why);
    expect(await extractValues(wanted.extract, answer(text), {})).toMatchObject({
      missing: expect.stringContaining(why),
    });
    expect(parse).not.toHaveBeenCalled();
  });

  it('says how much was searched when a pattern finds nothing in the beginning', async () => {
    const wanted = httpCallOf({ extract: { x: { regex: 'b(.)' } } }).extract;
    expect(await extractValues(wanted, answer(`${'a'.repeat(40_000)}b1`), {})).toEqual({
      values: {},
      missing: '"x" (a match of b(.) in the first 32768 characters)',
    });
    expect(await extractValues(wanted, answer('a'), {})).toEqual({
      values: {},
      missing: '"x" (a match of b(.))',
    });
  });

  it('is taken apart whole: a value that must not be seen is known although another is missing', async () => {
    const wanted = httpCallOf({
      extract: { x: { json: 'x' }, token: { json: 'token', secret: true } },
    }).extract;
    expect(await extractValues(wanted, answer(`{"token":"t"}`), {})).toEqual({
      values: { token: 't' },
      missing: '"x" (x of the body)',
    });
  });
});

describe('a comparison', () => {
  const said = async (body: object, text: string, scope = {}) =>
    (await judge(httpCallOf({ expect: { body: [body] } }).expect, answer(text), scope))?.message ?? null;
  const data = { n: '2', big: '12345678901234567890', yes: 'true' };

  it.each([
    [{ path: 'x', equals: 2 }, '{"x":"2"}', 'answered 200, but x is "2" (text), expected 2 (number)'],
    [{ path: 'x', equals: '2' }, '{"x":2}', 'answered 200, but x is 2 (number), expected "2" (text)'],
    [
      { path: 'x', equals: true },
      '{"x":"true"}',
      'answered 200, but x is "true" (text), expected true (true or false)',
    ],
    [{ path: 'x', equals: 'UP' }, '{"x":["UP"]}', 'answered 200, but x is a list, expected "UP" (text)'],
    [{ path: 'x', equals: 'UP' }, '{"x":"DOWN"}', 'answered 200, but x is DOWN, expected UP'],
    [{ path: 'x', equals: 2 }, '{"x":2.0}', null],
    [{ path: 'x', equals: '{{data.n}}' }, '{"x":2}', null],
    [{ path: 'x', equals: '{{data.n}}' }, '{"x":"2"}', null],
    [{ path: 'x', equals: '{{data.n}}' }, '{"x":3}', 'answered 200, but x is 3, expected 2'],
    [{ path: 'x', equals: '{{data.yes}}' }, '{"x":true}', null],
    [{ path: 'x', equals: '{{data.big}}' }, '{"x":12345678901234567890}', null],
    [
      { path: 'x', equals: '{{data.big}}' },
      '{"x":12345678901234567891}',
      'answered 200, but x is 12345678901234567891, expected 12345678901234567890',
    ],
    [{ path: "list[?@.id == 'b'].on", equals: true }, '{"list":[{"id":"a"},{"id":"b","on":true}]}', null],
  ])('of %j with %s says %s', async (body, text, message) => {
    expect(await said(body, text, { data })).toBe(message);
  });
});
