import { expect, it } from 'vitest';
import { newsChoiceText, readNewsChoice, USUAL_NEWS } from './news-choice';

it.each([USUAL_NEWS, { topics: ['taskFailed'], mine: false }] as const)(
  'is read as it was kept: %j',
  (choice) => {
    expect(readNewsChoice(newsChoiceText(choice))).toEqual(choice);
  },
);

it.each(['', 'mine', 'taskfailed', '%22', 'planFinished2'])('is nothing where it says "%s"', (text) => {
  expect(readNewsChoice(text)).toBeNull();
});
