import type { Commit, CommitResult } from '../commit';
import type { Committer } from '../commit-transition';

/** A database whose statements a test answers, one by one. */
export class AnsweredStatements implements Committer {
  readonly sent: {
    commit: Commit;
    answer(result?: Partial<CommitResult>): void;
    fail(error: Error): void;
  }[] = [];

  readonly commitTransition: Committer['commitTransition'] = (commit, commitId = 'none') =>
    new Promise((resolve, reject) => {
      const answer = (result: Partial<CommitResult> = {}) =>
        resolve({ commitId, now: new Date(0), plans: {}, tasks: {}, ...result });
      this.sent.push({ commit, answer, fail: reject });
    });

  readonly wasCommitted: Committer['wasCommitted'] = async () => false;
}

/** An error as the database's driver throws it. */
export const coded = (code: string) => Object.assign(new Error(code), { code });
