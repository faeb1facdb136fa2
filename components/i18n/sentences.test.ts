import { expect, it } from 'vitest';
import { sentenceReader } from './sentence-reader';
import { sentencesFor } from './server-sentences';
import { lineOf, sourcesIn } from './testing/source-tree';
import { messagesIn } from './testing/told-messages';

/** Where what people read is made. What other places say is for the log, the command line or the API's documents. */
const FOLDERS = [
  'domain',
  'server/api',
  'server/auth',
  'server/commands',
  'server/executor',
  'server/fleet',
  'server/input',
  'server/notifications',
  'server/steps',
];
/** What speaks to programs, to the receivers of notifications, or in words that the console makes from the same data. */
const FILES_OF_OTHERS =
  /(\/rest\/[\w-]+|openapi|plain-json|explain|message|example|presets|node-lock|load-steps|playbook-schema|pg-boss-queue)\.ts$/;

/** A part of a sentence that is known as a whole, the path of a field, or no sentence. */
const PART =
  /^(application\/json|; | is | in the first | does not contain |, |csv\.line )|^(rolled back on purpose|left out)$|^Xx of the body/;

it('every sentence of the domain and the server is known in Chinese', () => {
  const say = sentenceReader(sentencesFor('zh-CN') ?? {});
  const unknown: string[] = [];
  for (const file of sourcesIn(FOLDERS)) {
    if (FILES_OF_OTHERS.test(file.name)) continue;
    for (const { node, ways } of messagesIn(file))
      for (const way of ways)
        if (!way.some((text) => say(text) !== null || PART.test(text)))
          unknown.push(`${file.name}:${lineOf(file, node)} ${way[0]}`);
  }
  expect(unknown).toEqual([]);
});

it('what is filled in is found again in every translation', () => {
  for (const [english, chinese] of Object.entries(sentencesFor('zh-CN') ?? {})) {
    const places = english.match(/\{[nwv]?\}/g)?.length ?? 0;
    const used = [...chinese.matchAll(/\{(\d)\}/g)].map(([, digit]) => Number(digit));
    expect(
      used.filter((place) => place < 1 || place > places),
      english,
    ).toEqual([]);
    // Shown as it stands.
    expect(chinese, english).not.toMatch(/\{[nwv]?\}/);
  }
});

it.each([
  [
    'After 10 rounds 2 of 2 instances do not confirm v2: acme-1 cut the connection before it answered; acme-2 runs v1.',
    '10 轮后，2 个实例中有 2 个未确认 v2：acme-1 在应答前断开了连接；acme-2 运行 v1。',
  ],
  [
    'acme has no label region at its endpoint a-1, which {{endpoint.labels.region}} needs.',
    'acme 没有其端点 a-1 的标签 region，而 {{endpoint.labels.region}} 需要它。',
  ],
  [
    'careful cannot work as it is: stages.0.name is missing (and 2 more problems) Mend it and save it again.',
    'careful 目前无法运行：stages.0.name 缺失（另有 2 个问题）请修复并重新保存。',
  ],
  [
    'acme-1 gave no answer within 5000 ms, and it may have been carried out all the same. Look at it, then resolve the task: "applied" if it was, "resend" if not.',
    'acme-1 5000 毫秒内没有应答，且可能仍已执行。请检查后处置此任务：已生效选“已生效”，否则选“重新发送”。',
  ],
  [
    'Closed, 22 of 24 tenants are switched: 2 failed, 1 rolled back on purpose',
    '已关闭，24 个租户中的 22 个已切换：2 个失败、1 个主动回滚',
  ],
  ['Confirm version started', 'Confirm version 已开始'],
])('what is put together of several is told as one: %s', (english, chinese) => {
  expect(sentenceReader(sentencesFor('zh-CN') ?? {})(english)).toBe(chinese);
});
