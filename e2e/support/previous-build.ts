import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * The last commit before the newest migration: the build that is out when this one comes. Null where the history does
 * not reach back so far (a download of the sources, a shallow clone).
 */
export function previousCommit(): string | null {
  const journal = JSON.parse(readFileSync('db/migrations/meta/_journal.json', 'utf8')) as {
    entries: { tag: string }[];
  };
  const newest = `db/migrations/${journal.entries.at(-1)?.tag}.sql`;
  try {
    // A branch that was merged added its migrations with the merge, as far as this line is concerned.
    const line = ['--first-parent', '-m', '--diff-filter=A', '--format=%H'];
    const added = git('log', ...line, '--', newest)
      .toString()
      .trim()
      .split('\n');
    return (
      git('rev-parse', '--verify', '--quiet', `${added.at(-1)}^`)
        .toString()
        .trim() || null
    );
  } catch {
    return null;
  }
}

/**
 * Builds the server of a commit in `folder`, from its own sources and migrations. The packages and the pages of the
 * console are those of this build: neither has a part in what a rolling upgrade changes.
 */
export async function buildServerOf(commit: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-x', '-C', folder], { input: git('archive', '--format=tar', commit) });
  for (const name of ['node_modules', '.next']) {
    if (!existsSync(path.join(folder, name))) symlinkSync(path.resolve(name), path.join(folder, name), 'dir');
  }
  await build({
    absWorkingDir: folder,
    entryPoints: ['server/main.ts'],
    outbase: '.',
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}

function git(...args: string[]): Buffer {
  return execFileSync('git', args, { maxBuffer: 256 * 1024 * 1024, stdio: ['ignore', 'pipe', 'ignore'] });
}
