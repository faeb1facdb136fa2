import type { Schema } from '../input-schema';
import type { Outputs } from '../router';

/**
 * What every procedure answers, as JSON: nothing is null. The compiler describes it (see ./testing/describe-answers.ts).
 * @public
 */
export type Answers = {
  [Router in keyof Outputs]: {
    [Name in keyof Outputs[Router]]: undefined extends Outputs[Router][Name]
      ? Exclude<Outputs[Router][Name], undefined> | null
      : Outputs[Router][Name];
  };
};

/** What procedures answer, by their names, and the types in it that have a name of their own. */
export interface DescribedAnswers {
  answers: Record<string, Schema>;
  schemas: Record<string, Schema>;
}
