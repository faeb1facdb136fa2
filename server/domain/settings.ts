/** What a plan may set for its tasks; null leaves the decision to the playbook and then to the application. */
export interface PlanSettings {
  maxRetry: number | null;
  healthIntervalSeconds: number | null;
  healthAttempts: number | null;
}

/** Application-wide values, from the environment or the defaults (SPEC 8). */
export interface AppSettings {
  maxConcurrency: number;
  maxRetry: number;
  healthIntervalSeconds: number;
  healthAttempts: number;
  healthPath: string;
  versionKey: string;
  heartbeatSeconds: number;
}

export const DEFAULT_SETTINGS: AppSettings = {
  maxConcurrency: 10,
  maxRetry: 3,
  healthIntervalSeconds: 3,
  healthAttempts: 10,
  healthPath: '/health',
  versionKey: 'version',
  heartbeatSeconds: 10,
};
