import { TOPICS, URGENT_TOPICS } from '@/domain/view/news';
import type { Inputs, Outputs } from '@/server/api/router';
import { WEEKDAYS } from './weekdays';

export type Notification = Outputs['notifications']['list']['items'][number];
export type Formats = Outputs['notifications']['formats'];
type FormatName = NonNullable<Inputs['notifications']['create']['format']>;
export type Own = Required<NonNullable<Inputs['notifications']['create']['own']>>;

/** How long is waited for more of the same, in seconds. */
export const DIGESTS = [0, 30, 60, 300, 600];

/** What is written in the dialog. */
export type Values = {
  kind: 'webhook' | 'email';
  name: string;
  url: string;
  recipients: string;
  secret: string;
  topics: string[];
  format: FormatName;
  template: string;
  contentType: Own['contentType'];
  query: string;
  expect: string;
  digest: string;
  quiet: boolean;
  days: string[];
  from: string;
  to: string;
  timeZone: string;
  through: string[];
  enabled: boolean;
};

/** What stands in the fields at first. */
export function startValues(notification: Notification | null, formats: Formats): Values {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const quiet = notification?.quiet ?? null;
  const format = (notification?.format ?? 'slack') as FormatName;
  return {
    kind: notification?.kind ?? 'webhook',
    name: notification?.name ?? '',
    url: notification?.url ?? '',
    recipients: notification?.recipients.join('\n') ?? '',
    secret: '',
    topics: notification?.topics ?? TOPICS.filter((topic) => topic !== 'taskRolledBack'),
    format,
    ...(notification?.own ?? presetOf(format, formats)),
    digest: String(notification?.digestSeconds ?? 60),
    quiet: quiet !== null,
    days: quiet?.days.map(String) ?? [...WEEKDAYS],
    ...{ from: quiet?.from ?? '22:00', to: quiet?.to ?? '07:00', timeZone: quiet?.timeZone ?? zone },
    through: quiet?.through ?? [...URGENT_TOPICS],
    enabled: notification?.enabled ?? true,
  };
}

/** What a preset fills the fields with. */
export function presetOf(format: string, { presets }: Formats): Own {
  const known = Object.entries(presets).find(([name]) => name === format);
  return { ...(known ? known[1] : presets.json) };
}

/** What is sent of the way a message is written. */
export function formatOf({ format, template, contentType, query, expect }: Values) {
  return format === 'own' ? { format, own: { template, contentType, query, expect } } : { format, own: null };
}

/** What is sent besides where it goes. */
export function toldOf(values: Values) {
  const { name, topics, digest, quiet, days, from, to, timeZone, through, enabled } = values;
  return {
    name,
    topics: TOPICS.filter((topic) => topics.includes(topic)),
    digestSeconds: Number(digest),
    quiet: quiet
      ? {
          ...{ days: days.map(Number).sort(), from, to, timeZone: timeZone.trim() },
          through: URGENT_TOPICS.filter((topic) => through.includes(topic)),
        }
      : null,
    enabled,
  };
}

/** The addresses, one a line or with commas. */
export const recipientsOf = ({ recipients }: Values): string[] =>
  recipients.split(/[\s,;]+/).filter((one) => one !== '');

/** The field that shows a part of the input. */
export function placeOf(part: string): string | null {
  if (part.startsWith('own.')) return part.slice('own.'.length);
  if (part.startsWith('quiet.')) return part.split('.')[1] ?? null;
  if (part.startsWith('recipients')) return 'recipients';
  return part === 'digestSeconds' ? 'digest' : null;
}
