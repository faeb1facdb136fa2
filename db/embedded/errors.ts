/** What went wrong with the embedded database, for code that must tell the cases apart. */
export type EmbeddedPostgresErrorCode =
  | 'unsupported-platform'
  | 'unusable-binaries'
  | 'no-system-user'
  | 'folder-not-owned'
  | 'folder-not-writable'
  | 'folder-not-reachable'
  | 'in-use'
  | 'wrong-version'
  | 'broken-settings'
  | 'create-failed'
  | 'start-failed'
  | 'not-running'
  | 'backup-failed'
  | 'bad-backup'
  | 'restore-failed'
  | 'died';

interface Explanation {
  /** What happened. */
  what: string;
  /** What it means for the person starting Switchyard. */
  meaning: string;
  /** What to do about it. */
  remedy: string;
  /** The last words of the program that failed, shown below the explanation. */
  detail?: string;
}

/** A refusal or failure of the embedded database, worded for the operator who has to act on it. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, explanation: Explanation, options?: ErrorOptions) {
    const { what, meaning, remedy, detail } = explanation;
    const tail = detail?.trim() ? `\n${detail.trim().replace(/^/gm, '  | ')}` : '';
    super(`${what} ${meaning} ${remedy}${tail}`, options);
    this.name = 'EmbeddedPostgresError';
    this.code = code;
  }
}

/** The system's error code (`EACCES`, `ENOENT`, …) of a thrown value, if it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
