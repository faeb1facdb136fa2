import type { Check, DatabaseCheck } from './check';
import { certificate } from './checks/certificate';
import { clock } from './checks/clock';
import { connections } from './checks/connections';
import { disk } from './checks/disk';
import { environment } from './checks/environment';
import { keys } from './checks/keys';
import { mail } from './checks/mail';
import { checkpoints, metricsCollector, provider, telemetry } from './checks/outside';
import { proxy } from './checks/proxy';
import { role } from './checks/role';
import { schema } from './checks/schema';
import { secrets } from './checks/secrets';
import { server } from './checks/server';
import { targets } from './checks/targets';
import { webhooks } from './checks/webhooks';

/** In the order in which they are told. */
export const CHECKS: readonly Check[] = [
  environment,
  keys,
  certificate,
  disk,
  server,
  proxy,
  provider,
  telemetry,
  metricsCollector,
  checkpoints,
  mail,
];
/** Told after those. */
export const DATABASE_CHECKS: readonly DatabaseCheck[] = [
  schema,
  role,
  connections,
  clock,
  secrets,
  targets,
  webhooks,
];
/** Those of them that can be made before the first start. */
export const WITHOUT_TABLES: readonly DatabaseCheck[] = [schema, connections, clock];
