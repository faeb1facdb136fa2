import { UsageError } from './arguments';
import { asked, type Client } from './client';
import type { Command, Session } from './command';
import { documentsIn } from './config-files';
import { EXIT } from './exit-codes';
import { tenantsOf } from './plans';
import { readText } from './read-text';
import { labelsFrom } from './tenants';

const FILE_HELP = [
  'The file is JSON or YAML: {"stages": [...]}, as the console and "playbooks.save" take it, or a document as "export" writes it.',
  '"-" reads from standard input.',
];

export const checkPlaybook: Command = {
  usage: 'playbook check <file|->',
  summary: 'tell everything that is wrong with a playbook, without saving it; 1 when something is',
  help: FILE_HELP,
  example: 'switchyard playbook check playbook.json',
  options: {},
  run: async (session) => {
    const problems = await problemsOf(session, await definitionOf(session));
    if (session.json) session.out(JSON.stringify({ problems }));
    else if (problems.length === 0) session.out('Nothing is wrong with it.');
    else session.out(linesOf(problems));
    return problems.length === 0 ? EXIT.completed : EXIT.refused;
  },
};

export const testPlaybook: Command = {
  usage: 'playbook test <file|-> --unit <id> --version <version> (--tenants … | --select …)',
  summary:
    'try a playbook that is not saved on tenants: all that a plan with it would find; 1 when it finds errors',
  help: [
    ...FILE_HELP,
    '--tenants <a,b,c>    tenants by id; --tenants-file <file|-> takes them from a file, one a line',
    '--select key=value   every tenant with this label; may be given several times, all must match',
    'Nothing is saved and nothing is sent: every configuration is made, with the labels, variables and secrets that it names.',
  ],
  example: 'switchyard playbook test playbook.yaml --unit edge-router --version v2 --select ring=canary',
  options: {
    unit: { type: 'string' },
    version: { type: 'string' },
    tenants: { type: 'string' },
    'tenants-file': { type: 'string' },
    select: { type: 'string', multiple: true },
  },
  run: async (session) => {
    const { given, client, access, out, json } = session;
    const [unitId, version] = [given.needed('unit'), given.needed('version')];
    const definition = await definitionOf(session);
    const selected = given.all('select');
    const tenantIds = await tenantsOf(session);
    if (tenantIds.length === 0 && selected.length === 0)
      throw new UsageError('Say which tenants: --tenants, --tenants-file or --select.');
    const problems = await problemsOf(session, definition);
    if (problems.length > 0) {
      out(json ? JSON.stringify({ problems }) : linesOf(problems));
      return EXIT.refused;
    }
    const preview = await asked(
      access.url,
      client.plans.preview.mutate({
        ...{ name: 'A test', playbookId: 'not-saved', unitId, version, tenantIds, onlyFindings: true },
        ...(selected.length > 0 ? { selector: labelsFrom(selected) } : {}),
        definition: definition as Definition,
      }),
    );
    const { report } = preview;
    if (json) out(JSON.stringify({ problems, ...preview }));
    else
      out(
        [
          `${report.valid} of ${report.total} tenants could be switched with it.`,
          ...report.results.flatMap(({ tenantId, errors, warnings }) => [
            ...errors.map(({ message }) => `  error    ${tenantId}: ${message}`),
            ...warnings.map(({ message }) => `  warning  ${tenantId}: ${message}`),
          ]),
        ].join('\n'),
      );
    return report.invalid === 0 ? EXIT.completed : EXIT.refused;
  },
};

type Definition = Parameters<Client['plans']['preview']['mutate']>[0]['definition'];
type Problem = Awaited<ReturnType<Client['playbooks']['check']['mutate']>>['problems'][number];

async function problemsOf({ access, client }: Session, definition: unknown): Promise<Problem[]> {
  return (await asked(access.url, client.playbooks.check.mutate({ definition }))).problems;
}

const linesOf = (problems: readonly Problem[]): string =>
  problems.map(({ field, message }) => `${field}: ${message}`).join('\n');

/** The one playbook of a file, as itself or as a document. */
async function definitionOf({ given, read }: Session): Promise<unknown> {
  const file = given.only('file');
  const documents = documentsIn(file, await readText({ read }, file));
  const [one] = documents;
  if (!one || documents.length > 1) throw new UsageError(`${file} has to have one playbook.`);
  const { document } = one as { document: { kind?: unknown; spec?: { definition?: unknown } } | null };
  return document?.kind === 'Playbook' ? document.spec?.definition : document;
}
