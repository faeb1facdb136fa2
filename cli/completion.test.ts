import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { completionFor } from './completion';
import { COMMANDS } from './main';

const LOCAL = { doctor: { summary: 'looks', json: true, run: async () => 0 } };

/** What bash offers where a command line ends. */
function offered(line: string): string[] {
  const words = line.split(' ');
  const script = [
    completionFor('bash', COMMANDS, LOCAL),
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${words.length - 1}`,
    '_switchyard',
    `printf '%s\\n' "\${COMPREPLY[@]}"`,
  ].join('\n');
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

it('bash completes commands, then their options', () => {
  expect(offered('switchyard ')).toEqual(expect.arrayContaining(['plan', 'apply', 'doctor', 'completion']));
  expect(offered('switchyard pl')).toEqual(['plan', 'playbook']);
  expect(offered('switchyard plan re')).toEqual(['resume', 'retry']);
  expect(offered('switchyard plan create --pl')).toEqual(['--playbook']);
  expect(offered('switchyard plan create --name x --sel')).toEqual(['--select']);
  expect(offered('switchyard apply -f folder --pr')).toEqual(['--prune']);
  expect(offered('switchyard doctor --')).toEqual(['--json', '--help']);
  expect(offered('switchyard completion z')).toEqual(['zsh']);
});

it('zsh and fish are told every command and option', () => {
  for (const shell of ['zsh', 'fish'] as const) {
    const script = completionFor(shell, COMMANDS, LOCAL);
    for (const [name, { options }] of Object.entries(COMMANDS)) {
      expect(script).toContain(`'${name}'`);
      for (const option of Object.keys(options)) expect(script).toContain(`--${option}`);
    }
  }
});
