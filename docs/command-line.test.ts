import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { EXIT } from '@/cli/exit-codes';
import { COMMANDS } from '@/cli/main';

const page = readFileSync(path.resolve('docs/command-line.md'), 'utf8');

it('the page has every command with its summary, and every exit code', () => {
  const told = [...page.matchAll(/^\| `([\w -]+)` \| (.*) \|$/gm)].map(([, name, summary]) => [
    name,
    summary,
  ]);
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]);
  expect(told.filter(([name]) => name !== 'completion').sort()).toEqual(commands.sort());
  const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual([...new Set<number>(Object.values(EXIT))].sort((one, other) => one - other));
});
