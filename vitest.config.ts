import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Database tests that replace modules: each needs modules of its own. */
const REPLACE_MODULES = ['server/api/crowding.db.test.ts', 'chaos/simulation/sql/interleavings.db.test.ts'];

const onDatabases = {
  globalSetup: ['./db/testing/global-setup.ts'],
  pool: 'forks' as const,
  // Each file works a database hard; more at once than cores only makes waits look like faults.
  maxWorkers: 2,
};

export default defineConfig({
  resolve: {
    alias: {
      '@': root.replace(/\/$/, ''),
      // As package.json says it for what is built.
      'switchyard/steps': fileURLToPath(new URL('./server/steps/public.ts', import.meta.url)),
      // Next decides by bundler condition that a module is on the server; tests always are.
      'server-only': fileURLToPath(new URL('./node_modules/server-only/empty.js', import.meta.url)),
    },
  },
  test: {
    exclude: [...configDefaults.exclude, 'e2e/**', '.next/**'],
    // Only what hangs is to end at these: they cost nothing when all is well, however slow the machine is.
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    teardownTimeout: 600_000,
    expect: { poll: { timeout: 300_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: ['**/*.db.test.ts', '**/*.sim.test.ts'],
          // Most of their time would go into loading the same modules anew for each file. So a test replaces no module
          // (vi.mock), which would stay replaced for the files after it: it spies on what the module exports.
          isolate: false,
          // By itself vitest leaves one core to its own process, which has next to nothing to do.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'simulation',
          include: ['**/*.sim.test.ts'],
          pool: 'forks',
          // One for each core: they compute without a pause.
          maxWorkers: 2,
          // It computes for a minute or two; on a busy machine for many more.
          testTimeout: 3_600_000,
        },
      },
      {
        extends: true,
        test: {
          ...onDatabases,
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude: REPLACE_MODULES,
          isolate: false,
        },
      },
      { extends: true, test: { ...onDatabases, name: 'db-apart', include: REPLACE_MODULES } },
    ],
  },
});
