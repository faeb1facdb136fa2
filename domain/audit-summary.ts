/** How many days of the audit log are kept at least: nobody can have removed what happened just now. The database says so too. */
export const LEAST_AUDIT_DAYS = 30;
export const MOST_AUDIT_DAYS = 36_500;

/** A place in the chain of the audit log; before its first entry `chain` is 0 and `hash` empty. */
export interface ChainPlace {
  chain: number;
  hash: string;
}

/** What is kept of a removed day of the audit log; written by the database function `audit_day_to_remove`. */
export interface AuditSummary {
  /** Of UTC, like 2026-01-31. */
  day: string;
  entries: number;
  /** Of those, how many were from before entries were chained. */
  unchained: number;
  firstId: number;
  lastId: number;
  /** The last entry before the day. */
  before: ChainPlace;
  /** The last of the day, after which the chain goes on. */
  last: ChainPlace;
  /** How many entries of each action. */
  actions: Record<string, number>;
  /** What the setting said then: how many days were kept. */
  keptDays: number;
}

/** A summary as it is stored: the text that was signed, and who signed it. */
export interface SignedSummary {
  day: string;
  summary: string;
  signatures: readonly { keyId: string; signature: string }[];
}

/** What a signature is worth: by a key of this server and right, by one of its keys and not right, or by a key it does not have. */
export type SignatureVerdict = 'good' | 'bad' | 'unknownKey';
export type CheckSignature = (text: string, keyId: string, signature: string) => SignatureVerdict;

/** Whoever signs summaries, and knows what it signed. */
export interface SummarySigner {
  /** The signature is in base64. */
  sign(text: string): { keyId: string; signature: string };
  check: CheckSignature;
}

/** What is wrong with the summary of a day: with itself, or with what should stand before it. */
export interface WrongSummary {
  day: string;
  what: 'changed' | 'unknownKey' | 'missing';
  /** How many entries before the day neither stand there nor are summarised. */
  missing: number;
}

export interface CheckedSummaries {
  days: number;
  /** How many entries they stand for. */
  entries: number;
  /** The newest day of which there are no entries any more, and where the chain goes on after it. */
  through: ({ day: string } & ChainPlace) | null;
  wrong: WrongSummary[];
}

export const NO_SUMMARIES: CheckedSummaries = { days: 0, entries: 0, through: null, wrong: [] };

/**
 * Looks whether the summaries, the oldest first, are as they were signed and follow one another, and those that were looked
 * at before, without a gap. One good signature is enough: after a change of keys each has another one.
 */
export function checkSummaries(
  stored: readonly SignedSummary[],
  check: CheckSignature,
  before: CheckedSummaries = NO_SUMMARIES,
): CheckedSummaries {
  const checked = { ...before, days: before.days + stored.length, wrong: [...before.wrong] };
  for (const { day, summary, signatures } of stored) {
    const verdicts = signatures.map(({ keyId, signature }) => check(summary, keyId, signature));
    const told = summaryOf(summary);
    const sound = told !== null && told.day === day;
    if (!sound || !verdicts.includes('good'))
      checked.wrong.push({
        ...{ day, missing: 0 },
        what: sound && verdicts.length > 0 && !verdicts.includes('bad') ? 'unknownKey' : 'changed',
      });
    if (!told) continue;
    const { chain = 0, hash = '' } = checked.through ?? {};
    if (told.before.chain !== chain || told.before.hash !== hash)
      checked.wrong.push({ day, what: 'missing', missing: told.before.chain - chain });
    checked.entries += told.entries;
    checked.through = { day, ...told.last };
  }
  return checked;
}

/** What a summary says; null where it is none. */
export function summaryOf(text: string): AuditSummary | null {
  try {
    const told: AuditSummary = JSON.parse(text);
    const isPlace = ({ chain, hash }: ChainPlace) => Number.isSafeInteger(chain) && typeof hash === 'string';
    return isPlace(told.before) && isPlace(told.last) && typeof told.entries === 'number' ? told : null;
  } catch {
    return null;
  }
}
