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
