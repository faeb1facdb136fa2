import type { MessageFormat } from '@/db/schema/notify';

/** Formats to begin with: each is data that a person may change, and then it is their own. */
export const PRESETS = {
  /** All the facts, for programs. */
  json: { ...json('{{message | json}}'), expect: '' },
  slack: json(`{
  "text": "{{escaped.text}}",
  "blocks": [
    { "type": "section", "text": { "type": "mrkdwn", "text": "{{escaped.text}}" } },
    { "type": "context", "elements": [{ "type": "mrkdwn", "text": "<{{url}}|Open in Switchyard> · {{at}}" }] }
  ]
}`),
  /** An Adaptive Card, as Workflows take it; text runs know no Markdown, so that names stay names. */
  teams: json(`{
  "type": "message",
  "attachments": [{
    "contentType": "application/vnd.microsoft.card.adaptive",
    "content": {
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "type": "AdaptiveCard",
      "version": "1.4",
      "body": [
        { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": "{{title}}", "weight": "Bolder" }] },
        { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": "{{text}}" }] }
      ],
      "actions": [{ "type": "Action.OpenUrl", "title": "Open in Switchyard", "url": "{{url}}" }]
    }
  }]
}`),
  // Both answer 200 with an error inside.
  feishu: { ...json(feishu('')), expect: '"success"' },
  feishuSigned: {
    ...json(feishu('\n  "timestamp": "{{sign.seconds}}",\n  "sign": "{{sign.keyed}}",')),
    expect: '"success"',
  },
  dingtalk: { ...dingtalk(), expect: '"errcode":0' },
  dingtalkSigned: {
    ...dingtalk(),
    query: 'timestamp={{sign.millis}}&sign={{sign.hmac | url}}',
    expect: '"errcode":0',
  },
  plain: { template: '{{text}}\n{{url}}\n', contentType: 'text/plain', query: '', expect: '' },
} satisfies Record<string, MessageFormat>;

export type Preset = keyof typeof PRESETS;
export type FormatName = Preset | 'own';
export const PRESET_NAMES = Object.keys(PRESETS) as [Preset, ...Preset[]];

/** The format that a webhook's messages are written by; one that a later build named is told as all the facts. */
export function formatOf({ format, own }: { format: string; own: MessageFormat | null }): MessageFormat {
  if (own) return own;
  return Object.hasOwn(PRESETS, format) ? PRESETS[format as Preset] : PRESETS.json;
}

function json(template: string): MessageFormat {
  return { template, contentType: 'application/json', query: '', expect: '' };
}

function feishu(signature: string): string {
  return `{${signature}
  "msg_type": "post",
  "content": { "post": { "en_us": {
    "title": "{{title}}",
    "content": [
      [{ "tag": "text", "text": "{{text}}" }],
      [{ "tag": "a", "text": "Open in Switchyard", "href": "{{url}}" }]
    ]
  } } }
}`;
}

function dingtalk(): MessageFormat {
  return json('{ "msgtype": "text", "text": { "content": "{{text}}\\n{{url}}" } }');
}
