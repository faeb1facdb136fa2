/** SQLSTATE classes of what no repetition cures: data, constraints, syntax, limits of the program, raised by a function. */
const LASTING = ['21', '22', '23', '42', '54', 'P0'];

/** Lock not had in time, statement ended at its limit, deadlock, serialization: nothing was written, and it may go the next time. */
const PASSING = ['55P03', '57014', '40P01', '40001'];

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown })?.code;
  return typeof code === 'string' ? code : '';
}

/** Whether a statement wrote nothing because of what goes by: a lock, its time limit. */
export const isPassing = (error: unknown): boolean => PASSING.includes(codeOf(error));

/** Whether it waited for a lock that somebody else holds. */
export const metLock = (error: unknown): boolean => codeOf(error) === '55P03';

/** Whether the database refused a statement for good: asked again with the same values it would refuse it again. */
export function isLastingRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && LASTING.includes(code.slice(0, 2));
}

/** Whether an error means that no answer came, as opposed to the database refusing the statement. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  return (
    code.startsWith('CONNECTION_') ||
    code.startsWith('CONNECT_') ||
    code.startsWith('08') ||
    code.startsWith('57P') ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'].includes(code)
  );
}
