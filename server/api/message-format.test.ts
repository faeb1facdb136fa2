import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { MessageFormat } from '@/db/schema/notify';
import { examples } from '@/server/notifications/example';
import { messageOf } from '@/server/notifications/message';
import { PRESETS } from '@/server/notifications/presets';
import { withQuery, written } from '@/server/notifications/written';
import { formatProblems } from './message-format';

const CONSOLE = new URL('https://switchyard.example.com');
const { one, many } = examples(CONSOLE);
const signing = {
  ...{ secret: 'SEC "quoted"', now: new Date('2026-03-01T04:13:04.567Z') },
  deliveryId: '00000000-0000-4000-8000-000000000002',
};
const format = (template: string, other: Partial<MessageFormat> = {}): MessageFormat => ({
  ...{ template, contentType: 'application/json', query: '', expect: '' },
  ...other,
});
const told = (template: string, other: Partial<MessageFormat> = {}) =>
  formatProblems(format(template, other)).map(({ part, message }) => `${part}: ${message}`);

it.each(Object.entries(PRESETS))('the preset %s is a format that is let through', (_name, preset) =>
  expect(formatProblems(preset)).toEqual([]),
);

it.each([
  [
    '{"a": "{{tennant.id}}"}',
    'template: {{tennant.id}} at character 8 is not known here; did you mean "tenant.id"?',
  ],
  ['{"a": "{{plan}}"}', 'template: {{plan}} at character 8 is not known here'],
  ['{"a": "{{message.text}}"}', 'template: {{message.text}} at character 8 is not known here'],
  ['{"a": "{{__proto__}}"}', 'template: {{__proto__}} at character 8 is not known here'],
  ['{"a": {{text}}}', 'template: is not JSON once it is filled in ('],
  ['{"a": {{tenant.id}}}', 'template: is not JSON once it is filled in ('],
  ['{"a": "{{text}}"', 'template: is not JSON once it is filled in ('],
  ['{"a": "{{text | xml}}"}', 'template: {{text | xml}} uses the unknown filter "xml"'],
  ['{"a": "{{text"}', 'template: {{text"} at character 8 is not closed.'],
  [`["{{text | base64 | base64 | base64 | base64}}"]`, 'template: has more than 3 filters'],
  [`[${Array(1001).fill('"{{topic}}"')}]`, 'template: has more than 1000 placeholders'],
  [`[${Array(200).fill('{{message}}')}]`, 'template: is larger than 64 KiB once it is filled in'],
])('%s is refused in words', (template, words) =>
  expect(told(template)).toEqual([expect.stringContaining(words)]),
);

it('is refused by its query, too, and lets plain text be no JSON', () => {
  expect(told('{}', { query: 'sign={{sign.hmak | url}}' })).toEqual([
    expect.stringContaining(
      'query: {{sign.hmak | url}} at character 6 is not known here; did you mean "sign.hmac"?',
    ),
  ]);
  expect(told('{{text}}', { contentType: 'text/plain' })).toEqual([]);
});

it('is JSON whatever the names are, where a value stands inside a text', () => {
  const facts = { ...one.facts, planName: 'a"b\\c\nd{{text}}\u2028<!channel>' };
  const message = messageOf('taskFailed', 1, facts as typeof one.facts, CONSOLE);
  for (const preset of Object.values(PRESETS)) {
    if (preset.contentType !== 'application/json') continue;
    for (const each of [message, many]) {
      const { body } = written(preset, each, signing);
      expect(() => JSON.parse(body), body).not.toThrow();
    }
  }
  expect(written(PRESETS.slack, message, signing).body).not.toContain('<!channel>');
  expect(JSON.parse(written(PRESETS.json, message, signing).body)).toEqual({
    ...{ topic: 'taskFailed', title: message.title, text: message.text, url: message.url, count: 1 },
    ...facts,
  });
});

it('is signed as DingTalk and Feishu ask for it', () => {
  const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64');
  const { query, body } = written(PRESETS.dingtalkSigned, one, signing);
  const url = new URL(withQuery('https://oapi.dingtalk.com/robot/send?access_token=abc', query));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    access_token: 'abc',
    timestamp: '1772338384567',
    sign: hmac(signing.secret, `1772338384567\n${signing.secret}`),
  });
  expect(JSON.parse(body)).toEqual({ msgtype: 'text', text: { content: `${one.text}\n${one.url}` } });
  expect(JSON.parse(written(PRESETS.feishuSigned, one, signing).body)).toMatchObject({
    ...{ timestamp: '1772338384', sign: hmac(`1772338384\n${signing.secret}`, ''), msg_type: 'post' },
    content: {
      post: {
        en_us: { title: one.title, content: [[{ tag: 'text', text: one.text }], [{ href: one.url }]] },
      },
    },
  });
});
