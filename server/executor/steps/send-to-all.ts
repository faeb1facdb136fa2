import type { HttpRequest } from './http-request';
import { sendRequest } from './send-request';
import { type CallRecord, failure, type StepResult, type TaskRuntimeContext } from './step';

/**
 * Sends a request to every instance of the tenant, one after the other, or once for the tenant. Stops at the first
 * instance that does not take it: the rest are left as they are.
 */
export async function sendToAll(
  context: TaskRuntimeContext,
  request: HttpRequest,
  target: 'instance' | 'tenant',
  done: (count: string) => string,
): Promise<StepResult> {
  const { endpoints } = context.config;
  const calls: CallRecord[] = [];
  const recipients = target === 'tenant' ? [null] : endpoints;
  for (const endpoint of recipients) {
    const answer = await sendRequest(context, request, endpoint ?? endpoints[0] ?? null);
    calls.push(answer.record);
    if (!answer.ok) {
      const instance = endpoint?.key ?? null;
      const message = `${instance ?? context.tenantId} ${answer.message}.`;
      return {
        ok: false,
        failure: failure(context, answer.errorType, answer.code, message, {
          retryable: answer.retryable,
          instance,
        }),
        calls,
      };
    }
  }
  const count =
    target === 'tenant'
      ? 'the tenant'
      : `${endpoints.length} ${endpoints.length === 1 ? 'instance' : 'instances'}`;
  return { ok: true, detail: done(count), calls };
}
