import { expect, it } from 'vitest';
import { describeAnswers } from './testing/describe-answers';

// After a change of what a procedure answers: npx vitest run --project unit server/api/rest/answers -u
it('answers.json describes what the procedures answer', async () => {
  await expect(`${JSON.stringify(describeAnswers(), null, 1)}\n`).toMatchFileSnapshot('answers.json');
});
