import { z } from 'zod';
import type { ProbeOutcome } from '@/server/domain/events';
import type { Endpoint } from '@/server/domain/tenant';
import { httpRequest } from './http-request';
import { atPath } from './json-path';
import { parsed, sendRequest } from './send-request';
import { defineStep, failure, type StepResult, type TaskRuntimeContext } from './step';

const settings = z.object({
  connector: z.literal('http').default('http'),
  /** Used when the endpoint has no healthUrl; else the application's health path. */
  path: z.string().startsWith('/', 'must begin with /').optional(),
  /** Where in the JSON answer the version is. */
  versionKey: z.string().min(1).optional(),
  intervalSeconds: z.number().min(0).max(3600).optional(),
  attempts: z.number().int().min(1).max(1000).optional(),
  timeoutMillis: z.number().int().min(1).max(60_000).default(2000),
  headers: httpRequest.shape.headers,
  auth: httpRequest.shape.auth,
});

type Settings = z.infer<typeof settings>;

/** Polls every instance until all report the expected version in the same round. */
export const healthCheck = defineStep('health-check', settings, run);

async function run(wanted: Settings, context: TaskRuntimeContext): Promise<StepResult> {
  const rounds = context.setting('healthAttempts', wanted.attempts);
  const intervalSeconds = context.setting('healthIntervalSeconds', wanted.intervalSeconds);
  const { endpoints } = context.config;
  let last: ProbeOutcome[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    if (round > 1) await context.delay(intervalSeconds * 1000);
    last = await Promise.all(endpoints.map((endpoint) => probe(wanted, context, endpoint)));
    await context.probed(round, rounds, last);
    if (last.every((one) => one.ok)) {
      const noun = endpoints.length === 1 ? 'instance runs' : 'instances run';
      return {
        ok: true,
        detail: `All ${endpoints.length} ${noun} ${context.config.version} (round ${round})`,
        calls: [],
      };
    }
  }
  const bad = last.filter((one) => !one.ok);
  const told = bad.map((one) => `${one.instance} ${one.detail}`).join('; ');
  return {
    ok: false,
    failure: failure(
      context,
      'SERVICE_UNAVAILABLE',
      'HEALTH_CHECK',
      `After ${rounds} rounds ${bad.length} of ${endpoints.length} instances do not confirm ${context.config.version}: ${told}.`,
      { retryable: true, instance: bad[0]?.instance ?? null },
    ),
    calls: [],
  };
}

async function probe(
  wanted: Settings,
  context: TaskRuntimeContext,
  endpoint: Endpoint,
): Promise<ProbeOutcome> {
  const request = httpRequest.parse({
    method: 'GET',
    url: endpoint.healthUrl ?? context.setting('healthPath', wanted.path),
    headers: wanted.headers,
    auth: wanted.auth,
    timeoutMillis: wanted.timeoutMillis,
  });
  const answer = await sendRequest(context, request, endpoint);
  const instance = endpoint.key;
  if (!answer.ok) return { instance, ok: false, version: null, detail: answer.message };
  const key = context.setting('versionKey', wanted.versionKey);
  const found = atPath(parsed(answer.text), key);
  if (found === undefined || found === null) {
    return {
      instance,
      ok: false,
      version: null,
      detail: `does not say its version (no "${key}" in the answer)`,
    };
  }
  const version = String(found);
  const ok = version === context.config.version;
  return { instance, ok, version, detail: `runs ${version}` };
}
