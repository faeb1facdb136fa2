import { describe, expect, it } from 'vitest';
import { fieldsOf, kindOf, reshaped, type Schema, scalarOf, shapeFor, startOf } from './form-schema';

const text: Schema = { type: 'string' };
const CALL: Schema = {
  type: 'object',
  properties: {
    method: { enum: ['GET', 'POST'], default: 'POST' },
    url: { ...text, default: '/' },
    headers: { type: 'object', additionalProperties: text, default: {} },
    body: { anyOf: [text, { type: 'object' }, { type: 'array' }] },
    auth: {
      oneOf: [
        {
          type: 'object',
          properties: { type: { const: 'basic' }, username: text, password: text },
          required: ['type', 'username', 'password'],
        },
        {
          type: 'object',
          properties: { type: { const: 'bearer' }, token: text },
          required: ['type', 'token'],
        },
      ],
    },
    timeoutMillis: { type: 'integer', minimum: 1, default: 1000 },
    status: { type: 'array', items: { anyOf: [{ type: 'integer' }, text] } },
  },
};
const SETTINGS: Schema = {
  oneOf: [
    { type: 'object', properties: { connector: { const: 'http' }, request: CALL, caPem: text, path: text } },
    {
      type: 'object',
      properties: { connector: { const: 'redis' }, key: text },
      required: ['connector', 'key'],
    },
  ],
};
const WAIT: Schema = { type: 'object', properties: { seconds: { type: 'number' } }, required: ['seconds'] };

describe('the settings of a step', () => {
  it('are of the shape that its connector says', () => {
    const redis = shapeFor(SETTINGS, { connector: 'redis' });
    expect(redis.by).toEqual({ key: 'connector', values: ['http', 'redis'] });
    expect(Object.keys(redis.shape.properties ?? {})).toContain('key');
    expect(Object.keys(shapeFor(SETTINGS, {}).shape.properties ?? {})).toContain('request');
  });

  it('are shown where they are easy or set, offered otherwise, and kept where nobody knows them', () => {
    const { shape, by } = shapeFor(SETTINGS, {});
    expect(fieldsOf(shape, { ofTheFuture: 1 }, by)).toEqual({
      shown: ['path'],
      offered: ['request', 'caPem'],
      unknown: ['ofTheFuture'],
    });
    expect(fieldsOf(shape, { request: {} }, by).shown).toEqual(['request', 'path']);
  });

  it('are each of a kind that can be edited', () => {
    const kinds = Object.entries(CALL.properties ?? {}).map(([name, schema]) => [name, kindOf(schema)]);
    expect(Object.fromEntries(kinds)).toEqual({
      method: 'choice',
      url: 'text',
      headers: 'record',
      body: 'body',
      auth: 'object',
      timeoutMillis: 'number',
      status: 'list',
    });
    expect(kindOf(CALL.properties?.status?.items ?? {})).toBe('scalar');
  });

  it('begin with something that has what is required', () => {
    expect(startOf(CALL.properties?.auth ?? {})).toEqual({ type: 'basic', username: '', password: '' });
    expect(startOf(WAIT)).toEqual({ seconds: 0 });
    expect(startOf(CALL.properties?.status ?? {})).toEqual(['']);
  });
});

it('what is typed means itself', () => {
  expect(['204', '2xx', 'true', 'null', ''].map(scalarOf)).toEqual([204, '2xx', true, null, '']);
});

describe('another shape', () => {
  const RETRY: Schema = {
    oneOf: [
      { type: 'object', properties: { kind: { const: 'none' } } },
      {
        type: 'object',
        properties: { kind: { const: 'fixed' }, attempts: { type: 'integer', minimum: 1 }, delay: text },
        required: ['kind', 'attempts', 'delay'],
      },
      {
        type: 'object',
        properties: { kind: { const: 'growing' }, attempts: { type: 'integer', minimum: 1 } },
        required: ['kind', 'attempts'],
      },
    ],
  };
  const by = { key: 'kind', values: ['none', 'fixed', 'growing'] };

  it('begins with what it needs, and keeps what both know', () => {
    expect(reshaped(RETRY, { kind: 'none' }, by, 'fixed')).toEqual({ kind: 'fixed', attempts: 1, delay: '' });
    expect(reshaped(RETRY, { kind: 'fixed', attempts: 5, delay: '9' }, by, 'growing')).toEqual({
      kind: 'growing',
      attempts: 5,
    });
  });

  it('keeps what none of them knows: a later version may', () => {
    expect(reshaped(RETRY, { kind: 'fixed', attempts: 5, later: 1 }, by, 'none')).toEqual({
      kind: 'none',
      later: 1,
    });
  });
});
