import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runStep } from './registry';
import { targetUrl, UrlRefused } from './target-url';
import { StepServer, stepContext } from './testing/step-context';

const scope = { endpoint: { url: 'http://h:1/api' }, tenant: { id: 'acme' } };

describe('the URL of a call', () => {
  it.each([
    ['http://h:1', '/reload', 'http://h:1/reload'],
    ['http://h:1/api/', '/reload', 'http://h:1/api/reload'],
    ['http://h:1/api?key=1', '/reload', 'http://h:1/api/reload?key=1'],
    ['http://h:1/api/?key=1#top', '/reload?b=2#x', 'http://h:1/api/reload?key=1&b=2'],
    ['http://h:1/?key=1', '{{endpoint.url}}', 'http://h:1?key=1'],
    ['http://h:1/api?key=1', '{{ endpoint.url }}/t/{{tenant.id}}?x', 'http://h:1/api/t/acme?key=1&x'],
    ['http://h:1/api?', '{{endpoint.url}}?x=1', 'http://h:1/api?x=1'],
    ['http://h:1/api#top', '{{endpoint.url}}', 'http://h:1/api'],
    ['http://h:1/api?a=1', 'http://other/{{tenant.id}}?b#c', 'http://other/acme?b'],
    ['http://h:1/a%2Fb', '/x%20y?q=%26', 'http://h:1/a%2Fb/x%20y?q=%26'],
    ['http://h:1', '//evil/x', 'http://h:1//evil/x'],
  ])('%s and %s make %s', (url, template, expected) => {
    expect(targetUrl(template, scope, { key: 'a', url })).toBe(expected);
  });

  it.each(['http://op:pw@h/x', 'http://op@h'])('%s is refused for what stands before the host', (url) => {
    expect(() => targetUrl(url, scope, null)).toThrow(UrlRefused);
    expect(() => targetUrl('/x', scope, { key: 'a', url })).toThrow(UrlRefused);
  });
});

describe('an endpoint with a query', () => {
  let server: StepServer;
  beforeEach(async () => {
    server = await StepServer.start();
    server.answer = (_request, response) => response.end('{"version":"v2"}');
  });
  afterEach(() => server.close());

  it('keeps it in whatever is sent and asked', async () => {
    const context = stepContext([{ key: 'a', url: `${server.url}/i/?token=1#top` }]);
    for (const type of ['config-update', 'broadcast', 'http-request', 'health-check'])
      expect(await runStep({ name: 'one', type }, context)).toMatchObject({ ok: true });
    expect(server.received.map(({ url }) => url)).toEqual([
      '/i/config?token=1',
      '/i/reload?token=1',
      '/i?token=1',
      '/i/health?token=1',
    ]);
  });

  it('is not called with a password in its URL, which is not shown', async () => {
    const url = server.url.replace('//', '//op:hidden@');
    for (const type of ['config-update', 'health-check']) {
      const context = stepContext([{ key: 'a', url }]);
      const result = await runStep(
        { name: 'one', type, ...(type === 'health-check' ? { attempts: 1 } : {}) },
        context,
      );
      expect(result).toMatchObject({
        ok: false,
        failure: { message: expect.stringContaining('Give them as auth') },
      });
      expect(JSON.stringify([result, context.rounds])).not.toContain('hidden');
    }
    expect(server.received).toEqual([]);
  });
});
