import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NEWS_KINDS } from '@/domain/view/news';

it('webhooks and mail are told of every kind of event that browsers are told of', () => {
  const outbox = readFileSync(path.resolve('db/functions/collect_notifications.sql'), 'utf8');
  const [, cases = ''] = /wanted AS \(([\s\S]*?)END AS topic/.exec(outbox) ?? [];
  const told = Object.fromEntries(
    [...cases.matchAll(/WHEN e\.kind (?:IN \(([^)]*)\)|= '(\w+)').*THEN '(\w+)'/g)].map(
      ([, several = '', one, topic]) => [
        topic,
        one ? [one] : [...several.matchAll(/'(\w+)'/g)].map(([, kind]) => kind),
      ],
    ),
  );
  expect(told).toEqual(NEWS_KINDS);
});
