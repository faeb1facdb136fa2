/** A program that owns an embedded database until it is told, or made, to end. Tests kill it in every way. */
import { startEmbeddedPostgres } from '@/db/embedded/launcher';

const [dataDir = ''] = process.argv.slice(2);

try {
  const database = await startEmbeddedPostgres({ dataDir, log: (line) => console.error(line) });
  process.once('SIGTERM', () => void database.stop());
  console.log(JSON.stringify({ url: database.url, dataDir: database.dataDir }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
