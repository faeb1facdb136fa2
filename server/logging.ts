import { AsyncLocalStorage } from 'node:async_hooks';
import pino, { type DestinationStream, type Logger } from 'pino';

/** What every line of a run carries. */
export interface LogContext {
  planId?: string;
  taskId?: string;
  tenantId?: string;
  stageName?: string;
  attempt?: number;
  epoch?: number;
}

const context = new AsyncLocalStorage<LogContext>();

/** Runs `work` with a log context of its own, which ends with it: nothing leaks into the next task. */
export function withLogContext<T>(values: LogContext, work: () => T): T {
  return context.run({ ...values }, work);
}

/** Adds to the running task's context, if there is one. */
export function annotateLog(values: LogContext): void {
  Object.assign(context.getStore() ?? {}, values);
}

/** One JSON line each, with the context of the run it was written in. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => ({ ...context.getStore() }),
      redact: {
        paths: [
          'password',
          'token',
          'secret',
          'authorization',
          '*.password',
          '*.token',
          '*.secret',
          '*.authorization',
        ],
        censor: '•••',
      },
    },
    destination ?? pino.destination({ dest: 1, sync: false }),
  );
}
