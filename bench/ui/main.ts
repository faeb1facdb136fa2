import { parseArgs } from 'node:util';
import { startBenchServer } from '../database';
import { measureLargePlan } from './large-plan';
import { writeUiReport } from './report';

/**
 * Measures the page of a large plan in a real browser against what is promised of it, and writes its section of
 * docs/benchmarks.md. `--quick` does little of everything and writes nothing; `--dry` writes nothing either. `--home` names
 * the folder of another build, to compare the two.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    dry: { type: 'boolean', default: false },
    home: { type: 'string', default: '.' },
    tasks: { type: 'string' },
  },
});
const { quick, dry, home } = values;
const tasks = Number(values.tasks ?? (quick ? 3000 : 10_000));

const server = await startBenchServer();
try {
  const size = { tasks, millis: quick ? 1500 : 4000, failures: quick ? 1 : 4 };
  writeUiReport(await measureLargePlan(server, size, home), { keep: !quick && !dry && home === '.' });
} finally {
  await server.stop();
}
process.exit(0);
