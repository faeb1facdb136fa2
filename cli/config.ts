import path from 'node:path';
import { CONFIG_KINDS, type ConfigDocument, type ConfigKind, PRUNED_KINDS } from '@/domain/config-changes';
import { shownName, unknownName } from '@/server/input/nearest';
import { type Options, UsageError } from './arguments';
import { asked, type Client, Refused } from './client';
import type { Command, Session } from './command';
import { documentsIn, type FiledDocument, filesOf } from './config-files';
import { EXIT } from './exit-codes';
import { Interrupted, unlessInterrupted } from './interrupted';
import { readText } from './read-text';

const CONFIG_FILE = /\.(ya?ml|json)$/i;

const WANTED: Options = {
  file: { type: 'string', short: 'f', multiple: true },
  only: { type: 'string', multiple: true },
  prune: { type: 'boolean' },
};
const WANTED_HELP = [
  '-f, --file <path>    a folder, with every .yaml, .yml and .json below it, or a file; "-" is standard input; may be repeated',
  `--only <kind>        leave other kinds aside: ${CONFIG_KINDS.join(', ')}; may be repeated`,
  `--prune              take away what no document names, of the kinds that the files have (${PRUNED_KINDS.join(', ')})`,
];

type Told = Awaited<ReturnType<Client['config']['diff']['mutate']>>;

export const exportConfig: Command = {
  usage: 'export <folder> [--only <kind> …]',
  summary: 'write playbooks, versions, tenants, freezes, notifications and settings as files for "apply"',
  help: [
    'Needs the key of an administrator. Secrets are not in it, neither are the addresses of webhooks: "apply" leaves them alone.',
    'Files that are there already are written anew; what else the folder has stays.',
    `--only <kind>        only these: ${CONFIG_KINDS.join(', ')}; may be repeated`,
  ],
  example: 'switchyard export config --only Tenant --only Freeze',
  options: { only: { type: 'string', multiple: true } },
  run: async (session) => {
    const { given, out, json, write } = session;
    const folder = given.only('folder');
    const kinds = kindsOf(given.all('only'));
    const documents: ConfigDocument[] = [];
    for (const kind of kinds) documents.push(...(await allOf(session, kind)));
    refuseNamesakes(documents);
    const files = filesOf(documents, kinds);
    for (const [file, text] of files) await write(path.join(folder, file), text);
    const names = [...files.keys()];
    out(
      json
        ? JSON.stringify({ documents: documents.length, files: names })
        : `${counted(documents.length, 'document')} in ${counted(names.length, 'file')}:\n${names.map((name) => `  ${name}`).join('\n')}`,
    );
    return EXIT.completed;
  },
};

async function allOf({ access, client }: Session, kind: ConfigKind): Promise<ConfigDocument[]> {
  const documents: ConfigDocument[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<Client['config']['export']['query']>> = await asked(
      access.url,
      client.config.export.query({ kind, cursor }),
    );
    documents.push(...page.items);
    cursor = page.next;
    if (cursor === null) return documents;
  }
}

/** Documents tell things apart by their names alone. */
function refuseNamesakes(documents: readonly ConfigDocument[]): void {
  const names = new Set<string>();
  for (const { kind, name } of documents) {
    const key = `${kind} ${name}`;
    if (names.has(key))
      throw new Refused(
        `Two of kind ${kind} are called "${shownName(name)}", and documents tell them apart by their names. Give them names of their own first, or leave the kind out with --only.`,
      );
    names.add(key);
  }
}

export const diffConfig: Command = {
  usage: 'diff -f <folder> [--prune] [--only <kind> …]',
  summary: 'tell what "apply" would change; 2 when that is anything',
  help: [
    'Needs the key of an administrator. The server checks the documents and compares; nothing is changed.',
    ...WANTED_HELP,
  ],
  example: 'switchyard diff -f config --prune',
  options: WANTED,
  run: async (session) => {
    session.given.none();
    const told = await compared(session, await wantedOf(session));
    session.out(session.json ? JSON.stringify(told) : linesOf(told).join('\n'));
    return told.changes.length === 0 ? EXIT.completed : EXIT.different;
  },
};

export const applyConfig: Command = {
  usage: 'apply -f <folder> [--prune] [--yes] [--reason <text>]',
  summary: 'make what there is as the files say, after showing what that changes',
  help: [
    'Needs the key of an administrator. Nothing is done when any document is wrong, nor when something was changed since it was shown.',
    ...WANTED_HELP,
    '--yes                do it without asking; needed where nobody can be asked',
    '--reason <text>      kept in the audit log',
  ],
  example: 'switchyard apply -f config --prune --yes --reason "Release 42"',
  options: { ...WANTED, yes: { type: 'boolean' }, reason: { type: 'string' } },
  run: async (session) => {
    const { given, access, client } = session;
    given.none();
    const ready = await untilSent(session);
    if (typeof ready === 'number') return ready;
    const { wanted, told } = ready;
    const input = { ...sent(wanted), expected: told.expected, reason: given.text('reason') ?? null };
    const gone = new AbortController();
    const { signal } = gone;
    const saving = withPlaces(wanted.filed, () =>
      asked(access.url, client.config.save.mutate(input, { signal })),
    );
    try {
      const saved = await unlessInterrupted(session.signal, saving);
      printSaved(session, told, saved);
      return EXIT.completed;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      for (const line of await leftBehind(session, wanted, told)) session.error(line);
      return EXIT.interrupted;
    } finally {
      // Not before it was looked: what was still on its way has arrived by then.
      gone.abort();
    }
  },
};

/** Reads, compares and asks; a Ctrl-C ends it with nothing sent. The exit code where nothing is to be sent. */
async function untilSent(session: Session): Promise<number | { wanted: Wanted; told: Told }> {
  const { signal, error, out, json } = session;
  try {
    const wanted = await unlessInterrupted(signal, wantedOf(session));
    const told = await unlessInterrupted(signal, compared(session, wanted, signal));
    if (!json) out(linesOf(told).join('\n'));
    const goesOn = told.changes.length === 0 || (await unlessInterrupted(signal, agreed(session)));
    return goesOn ? { wanted, told } : EXIT.refused;
  } catch (reason) {
    if (!(reason instanceof Interrupted)) throw reason;
    error('Interrupted. Nothing was applied: no change had been sent.');
    return EXIT.interrupted;
  }
}

/** So long it is looked what was made by now. */
const LOOK_MS = 5000;
const MOST_NAMED = 20;

/** What a Ctrl-C leaves behind once the changes were sent: what is made by now, what is not, and what can be done. */
async function leftBehind(session: Session, wanted: Wanted, told: Told): Promise<string[]> {
  const { given, client } = session;
  const all = told.changes.map(({ kind, name }) => `${kind} ${name}`);
  const files = given.all('file').map((file) => ` -f ${file}`);
  const again = `switchyard diff${files.join('')}${given.flag('prune') ? ' --prune' : ''}`;
  const lines = [
    `Interrupted. The server was sent ${counted(all.length, 'change')} at once: unless they were lost on the way, it makes them to the end without this program.`,
  ];
  try {
    const signal = AbortSignal.timeout(LOOK_MS);
    const now = await client.config.diff.mutate(sent(wanted), { signal });
    const open = new Set(now.changes.map(({ kind, name }) => `${kind} ${name}`));
    const made = all.filter((one) => !open.has(one));
    lines.push(
      named('Made by now', made),
      named(
        'Not made yet',
        all.filter((one) => open.has(one)),
      ),
    );
  } catch {
    lines.push('What it has made by now could not be looked at.');
  }
  return [
    ...lines,
    `Look with "${again}": nothing to change means that all is made. It cannot be paused, and switches no tenant by itself; what stands if it breaks off stays, and "apply" goes on from there. Plans are paused with "switchyard plan pause".`,
    ...(told.changes.some(({ kind, action }) => kind === 'Webhook' && action === 'create')
      ? ['What new webhooks sign with stood in the answer alone: make them anew to see it.']
      : []),
  ];
}

function named(what: string, names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${what}: ${names.length}${names.length > 0 ? ` (${names.slice(0, MOST_NAMED).join(', ')}${more})` : ''}`;
}

type Saved = Awaited<ReturnType<Client['config']['save']['mutate']>>;

function printSaved({ out, json }: Session, told: Told, saved: Saved): void {
  if (json) out(JSON.stringify(saved));
  else if (told.changes.length > 0)
    out(
      [
        'Done.',
        ...saved.secrets.map(
          ({ name, secret }) => `${name} signs what it sends with ${secret}, which is never shown again.`,
        ),
      ].join('\n'),
    );
}

async function agreed({ given, ask, error }: Session): Promise<boolean> {
  if (given.flag('yes')) return true;
  if (!ask) {
    error('Nothing was done: nobody can be asked here. Give --yes to do it all the same.');
    return false;
  }
  if ((await ask('Do this? Only "yes" is taken: ')).trim() === 'yes') return true;
  error('Nothing was done.');
  return false;
}

interface Wanted {
  filed: FiledDocument[];
  prune: (typeof PRUNED_KINDS)[number][];
}

const sent = ({ filed, prune }: Wanted) => ({ documents: filed.map(({ document }) => document), prune });

/** What the files say, in the order of their names. */
async function wantedOf(session: Session): Promise<Wanted> {
  const { given, list } = session;
  const paths = given.all('file');
  if (paths.length === 0) throw new UsageError('Say where the files are: -f <folder>.');
  const kinds = new Set<unknown>(kindsOf(given.all('only')));
  const files: string[] = [];
  for (const one of paths) {
    const within = one === '-' ? null : await list(one);
    files.push(...(within?.filter((file) => CONFIG_FILE.test(file)).sort() ?? [one]));
  }
  const filed: FiledDocument[] = [];
  for (const file of files) filed.push(...documentsIn(file, await readText(session, file)));
  // What has a kind that is none stays, for the server to say so.
  const chosen = filed.filter(({ document }) => {
    const kind = kindOf(document);
    return kinds.has(kind) || !CONFIG_KINDS.some((known) => known === kind);
  });
  if (chosen.length === 0)
    throw new UsageError(`There is no document in ${paths.map(shownName).join(', ')}.`);
  const present = new Set(chosen.map(({ document }) => kindOf(document)));
  const prune = given.flag('prune') ? PRUNED_KINDS.filter((kind) => present.has(kind)) : [];
  return { filed: chosen, prune };
}

const kindOf = (document: unknown): unknown => (document as { kind?: unknown } | null)?.kind;

function kindsOf(given: readonly string[]): ConfigKind[] {
  for (const one of given)
    if (!CONFIG_KINDS.some((kind) => kind === one))
      throw new UsageError(`--only ${shownName(one)} ${unknownName(one, CONFIG_KINDS)}`);
  return CONFIG_KINDS.filter((kind) => given.length === 0 || given.includes(kind));
}

const compared = ({ access, client }: Session, wanted: Wanted, signal?: AbortSignal): Promise<Told> =>
  withPlaces(wanted.filed, () =>
    asked(access.url, client.config.diff.mutate(sent(wanted), signal ? { signal } : {})),
  );

/** The server names documents by their place in what was sent; people by the file. */
async function withPlaces<T>(filed: readonly FiledDocument[], ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const message = error.message.replaceAll(
      /\bdocuments\.(\d+)(\.?)/g,
      (whole, index: string, dot: string) => {
        const place = filed[Number(index)]?.place;
        return place === undefined ? whole : `${place}${dot && ': '}`;
      },
    );
    throw new Refused(message, { cause: error });
  }
}

const SIGNS = { create: '+', update: '~', delete: '-' };

function linesOf({ changes, totals }: Told): string[] {
  const same = `${counted(totals.unchanged, 'document')} ${totals.unchanged === 1 ? 'says' : 'say'} what is so already.`;
  if (changes.length === 0) return [`Nothing to change: ${same}`];
  return [
    ...changes.flatMap(({ action, kind, name, fields, fieldsTotal }) => [
      `${SIGNS[action]} ${kind} ${name}`,
      ...fields.map(({ field, before, after }) =>
        action === 'create'
          ? `    ${field}: ${value(after)}`
          : `    ${field}: ${value(before)} → ${value(after)}`,
      ),
      ...(fieldsTotal > fields.length ? [`    … and ${fieldsTotal - fields.length} more values`] : []),
    ]),
    `${totals.create} to create, ${totals.update} to change, ${totals.delete} to take away; ${same}`,
  ];
}

const value = (one: unknown): string => (one === null || one === undefined ? 'nothing' : JSON.stringify(one));
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
