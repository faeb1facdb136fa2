/** Everything that is done to a run; each must happen at least once, or the run has not shown what it claims. */
export const FAULTS = {
  kill: 'kill -9 of a node',
  freeze: 'node frozen beyond the takeover (SIGSTOP)',
  lockPlan: 'one plan’s row locked by somebody else',
  postgresShutdown: 'Postgres: immediate shutdown',
  postgresBackend: 'Postgres: a backend killed, all connections lost',
  databaseLatency: 'database network: slow',
  databaseReset: 'database network: connections reset',
  databaseHalfOpen: 'database network: half-open',
  databaseTrickle: 'database network: trickling',
  targetLatency: 'target network: slow',
  targetReset: 'target network: connections reset',
  targetHalfOpen: 'target network: half-open',
  targetTrickle: 'target network: trickling',
  targetFailing: 'targets answer 503',
  targetDropping: 'targets apply and cut the connection',
  targetSlow: 'targets slow',
  clock: 'node started with its clock an hour off',
  socket: 'live connection cut',
} as const;

export type Fault = keyof typeof FAULTS;

export const NETWORK_FAULTS = ['Latency', 'Reset', 'HalfOpen', 'Trickle'] as const;
export const TARGET_FAULTS = ['targetFailing', 'targetDropping', 'targetSlow'] as const;

/** How often each fault fired. */
export class FaultCounts {
  readonly fired = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 0])) as Record<Fault, number>;

  note(fault: Fault, times = 1): void {
    this.fired[fault] += times;
  }
}
