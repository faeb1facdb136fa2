/** SQLSTATE classes of what no repetition cures: data, constraints, syntax, limits of the program, raised by a function. */
const LASTING = ['21', '22', '23', '42', '54', 'P0'];

/** Whether the database refused a statement for good: asked again with the same values it would refuse it again. */
export function isLastingRefusal(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown })?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && LASTING.includes(code.slice(0, 2));
}

/** Whether an error means that no answer came, as opposed to the database refusing the statement. */
export function isConnectionLoss(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as { code?: unknown })?.code;
  if (typeof code !== 'string') return false;
  return (
    code.startsWith('CONNECTION_') ||
    code.startsWith('CONNECT_') ||
    code.startsWith('08') ||
    code.startsWith('57P') ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'].includes(code)
  );
}
