import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { seedDemo } from '@/demo/seed';
import { PANEL_PORT } from '@/demo/tenants';

/** Starts the fleet in a process of its own, then the server in this one, on a database that the demo fills once. */
async function main(): Promise<void> {
  const dataDir = path.resolve(process.env.SWITCHYARD_DATA_DIR ?? './.data');
  mkdirSync(dataDir, { recursive: true });
  // Read by the server's modules as they load, so set before they are imported.
  process.env.SWITCHYARD_TARGET_ALLOW ??= '127.0.0.1';
  process.env.SWITCHYARD_DEMO_PANEL ??= `http://127.0.0.1:${PANEL_PORT}/`;
  const fleet = spawn(
    process.execPath,
    [...process.execArgv, fleetProgram(), path.join(dataDir, 'demo-fleet.json')],
    {
      stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    },
  );
  const [news] = await Promise.race([once(fleet, 'message'), once(fleet, 'exit')]);
  if (news !== 'ready') process.exit(1);
  fleet.disconnect();
  process.stderr.write(`Demo fleet: 24 tenants, fault panel at http://127.0.0.1:${PANEL_PORT}/\n`);

  const { runServer } = await import('@/server/run');
  await runServer({ beforeReady: ({ db }) => seedDemo(db), afterStop: () => void fleet.stdin?.end() });
}

function fleetProgram(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const bundled = path.resolve(here, '../demo/fleet-process.js');
  return existsSync(bundled) ? bundled : path.resolve(here, '../demo/fleet-process.ts');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
