import { TRPCClientError } from '@trpc/client';
import { errorText } from '@/components/api/client';

/** Which part of the input the server's refusal is about, such as "payload" or "definition.stages.0.name". */
export function fieldOf(error: unknown): string | null {
  if (!(error instanceof TRPCClientError)) return null;
  const field: unknown = error.data?.field;
  return typeof field === 'string' ? field : null;
}

/** The server's sentence without the path in front of it, for showing next to the field. */
export function fieldMessage(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const field = fieldOf(error);
  return field && error.message.startsWith(`${field}: `)
    ? error.message.slice(field.length + 2)
    : error.message;
}

/** The message, if the refusal is about this field or something inside it. */
export function errorAt(error: unknown, field: string): string | undefined {
  const at = fieldOf(error);
  if (at !== field && !at?.startsWith(`${field}.`)) return undefined;
  return fieldMessage(error);
}

/** What went wrong, where no field shows it: the server's sentence, or one about the connection. */
export function refusalText(error: unknown): string {
  return fieldOf(error) ? fieldMessage(error) : errorText(error);
}

/** All that is wrong with the input, where it is more than one thing. */
export function problemsOf(error: unknown): { field: string; message: string }[] {
  const problems: unknown = error instanceof TRPCClientError ? error.data?.problems : undefined;
  return Array.isArray(problems) ? problems : [];
}

/** Whether the server refused it, rather than that nobody knows what came of it. */
export function wasAnswered(error: unknown): boolean {
  return error instanceof TRPCClientError && Boolean(error.data);
}
