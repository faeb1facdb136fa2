import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ProbeOutcome } from '@/domain/events';
import { effectiveSetting } from '@/domain/settings';
import { NO_COURSE } from '@/domain/task';
import type { Endpoint } from '@/domain/tenant';
import { parseTargetAllow } from '@/server/security/target-allow';
import { createTargetDispatcher } from '@/server/security/target-guard';
import { Veil } from '@/server/security/veil';
import { Reached } from '../reach';
import type { TaskRuntimeContext } from '../task-runtime-context';

export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** The body as it came. */
  bytes: Buffer;
}

/** A real HTTP server on a port of its own, and everything it was asked. */
export class StepServer {
  readonly received: Received[] = [];
  readonly #server;
  url = '';
  answer: (request: Received, response: ServerResponse) => void = (_request, response) => response.end('{}');

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      const bytes = await buffer(request);
      const received = { method, url, headers, body: bytes.toString('utf8'), bytes };
      this.received.push(received);
      this.answer(received, response);
    });
  }

  static async start(): Promise<StepServer> {
    const server = new StepServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    server.url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    return server;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

export interface StepContext extends TaskRuntimeContext {
  /** What the step asked to wait, in milliseconds; nothing is really waited for. */
  waits: number[];
  rounds: ProbeOutcome[][];
}

export function stepContext(endpoints: Endpoint[], change: Partial<TaskRuntimeContext> = {}): StepContext {
  const secrets = change.secrets ?? { password: 'hunter2' };
  const waits: number[] = [];
  const rounds: ProbeOutcome[][] = [];
  const began = new Date('2026-01-01T00:00:00Z');
  const nowAt = () =>
    change.now?.().getTime() ?? began.getTime() + waits.reduce((sum, millis) => sum + millis, 0);
  return {
    waits,
    rounds,
    planId: 'PLN-1',
    taskId: 'PLN-1.1',
    tenantId: 'acme',
    stage: 'Config',
    step: 'send',
    direction: 'forward',
    attempt: 1,
    epoch: 7,
    config: {
      unitId: 'router',
      unitName: 'Router',
      version: 'v2',
      payload: '{"backend":"b"}',
      format: 'json',
      endpoints,
      digest: 'd1',
      scope: { name: 'A & B', labels: { ring: 'canary' }, variables: { region: 'eu' } },
    },
    previous: null,
    others: [],
    secrets,
    veil: new Veil(Object.values(secrets)),
    setting: (key, fromStep) => effectiveSetting({ playbook: { [key]: fromStep } }, key).value,
    healthCheckPolicy: { kind: 'allInOneRound' },
    versionProbe: null,
    since: began,
    inDoubt: false,
    requested: async () => ({ pause: false, cancel: false, rollback: false }),
    data: { etag: '"7"' },
    signal: new AbortController().signal,
    http: createTargetDispatcher({ allow: parseTargetAllow('*') }),
    // Time passes only while the step waits.
    now: () => new Date(nowAt()),
    delay: async (millis) => {
      waits.push(millis);
    },
    until: async (time) => {
      const left = time === null ? 0 : Date.parse(time) - nowAt();
      if (left > 0) waits.push(left);
    },
    course: NO_COURSE,
    whyNotTell: async () => null,
    reached: new Reached(),
    probed: async ({ instances }) => {
      rounds.push(instances);
    },
    retrying: async ({ inMillis }) => {
      if (inMillis > 0) waits.push(inMillis);
    },
    idempotencyKey: (call, endpoint) => `key-${call}-${endpoint}`,
    ...change,
  };
}
