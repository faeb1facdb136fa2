import { UsageError } from './arguments';
import { asked } from './client';
import type { Command } from './command';
import { EXIT } from './exit-codes';
import { readText } from './read-text';

export const checkPlaybook: Command = {
  usage: 'playbook check <file|->',
  summary: 'tell everything that is wrong with a playbook, without saving it; 1 when something is',
  help: [
    'The file is JSON: {"stages": [...]}, as the console and "playbooks.save" take it.',
    '"-" reads from standard input.',
  ],
  example: 'switchyard playbook check playbook.json',
  options: {},
  run: async ({ given, client, access, out, json, read }) => {
    const file = given.only('file');
    const definition = parsed(await readText({ read }, file));
    const { problems } = await asked(access.url, client.playbooks.check.mutate({ definition }));
    if (json) out(JSON.stringify({ problems }));
    else if (problems.length === 0) out('Nothing is wrong with it.');
    else out(problems.map(({ field, message }) => `${field}: ${message}`).join('\n'));
    return problems.length === 0 ? EXIT.completed : EXIT.refused;
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`The file is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}
