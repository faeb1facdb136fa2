import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';

const run = promisify(execFile);

/** The scripts of a document, or of a section of it, that call something. */
export const curlScripts = (text: string): string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .map(([, script = '']) => script)
    .filter((script) => script.includes('curl'));

/** Runs scripts as a reader does, and tells the status and what came back. Call it once, first of all in the file. */
export function curlRunner(): (
  script: string,
  variables: Record<string, string>,
) => Promise<{ status: string; answer: string }> {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(path.join(tmpdir(), 'switchyard-curl-'));
    writeFileSync(path.join(home, '.curlrc'), 'write-out = "\\n%{http_code}"\nnoproxy = "*"\n');
  });
  afterAll(() => rmSync(home, { recursive: true }));
  return async (script, variables) => {
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
      env: { NODE_ENV: 'test', PATH: process.env.PATH, CURL_HOME: home, ...variables },
      maxBuffer: 10 * 1024 * 1024,
    });
    const end = stdout.lastIndexOf('\n');
    return { status: stdout.slice(end + 1), answer: stdout.slice(0, end) };
  };
}
