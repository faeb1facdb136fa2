import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Fleet, type FleetOptions } from './fleet/fleet';
import { startPanel } from './fleet/panel';
import { DEMO_TENANTS, FIRST_PORT, PANEL_PORT, STUCK_TENANT } from './tenants';

/**
 * The demo fleet in a process of its own. What the instances run is kept in the file named as the first argument, so
 * that they are as they were after a restart. Ends when its parent does: the parent holds the other end of stdin.
 */
async function main(stateFile: string): Promise<void> {
  const fleet = await Fleet.start({
    tenants: DEMO_TENANTS,
    version: 'v1',
    firstPort: FIRST_PORT,
    ...readState(stateFile),
    onChange: () => writeState(stateFile, fleet),
  });
  // Something for the operator to mend, on the first start: later ones leave the fleet as it is.
  if (!existsSync(stateFile)) fleet.setFault(STUCK_TENANT, { kind: 'stuck' });
  writeState(stateFile, fleet);
  const panel = await startPanel(fleet, PANEL_PORT);
  process.stdin.resume();
  process.stdin.once('end', () => {
    panel.closeAllConnections();
    panel.close();
    void fleet.close().then(() => process.exit(0));
  });
  // The parent decides when to stop; a Ctrl-C reaches the whole group.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.send?.('ready');
}

/** By instance: what is in effect, and what is stored and will be with the next reload. */
type State = Pick<FleetOptions, 'versions' | 'stored'>;

function readState(file: string): State {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as State;
    return { versions: state.versions ?? {}, stored: state.stored ?? {} };
  } catch {
    return {};
  }
}

function writeState(file: string, fleet: Fleet): void {
  const instances = [...fleet.tenants.values()].flatMap((tenant) => tenant.instances);
  const state: State = {
    versions: Object.fromEntries(instances.map(({ key, version }) => [key, version])),
    stored: Object.fromEntries(instances.map(({ key, storedVersion }) => [key, storedVersion])),
  };
  // Written beside and moved, so that a kill in between leaves the old one whole.
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

main(process.argv[2] ?? 'demo-fleet.json').catch((error: unknown) => {
  const inUse = (error as { code?: string }).code === 'EADDRINUSE';
  console.error(
    inUse
      ? `The demo fleet needs ports ${PANEL_PORT} and ${FIRST_PORT} upwards, and one is taken. Is another demo running?`
      : error,
  );
  process.exit(1);
});
