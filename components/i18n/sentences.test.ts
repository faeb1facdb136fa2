import { expect, it } from 'vitest';
import { sentenceReader } from './sentence-reader';
import { sentencesFor } from './server-sentences';
import { lineOf, sourcesIn } from './testing/source-tree';
import { messagesIn } from './testing/told-messages';

/** Where what people read is made. What other places say is for the log, the command line or the API's documents. */
const FOLDERS = [
  'domain',
  'server/api',
  'server/commands',
  'server/executor',
  'server/fleet',
  'server/input',
  'server/notifications',
  'server/steps',
];
/** What speaks to programs, to the receivers of webhooks, or in words that the console makes from the same data. */
const FILES_OF_OTHERS = /(openapi|plain-json|explain|message|node-lock|pg-boss-queue)\.ts$/;

/** A part of a sentence that is known as a whole, or the path of a field. */
const PART =
  /^(; | is | in the first | does not contain |, |csv\.line )|^(rolled back on purpose|left out)$|^Xx of the body/;

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
  }
});
