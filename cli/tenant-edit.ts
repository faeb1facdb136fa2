import { randomUUID } from 'node:crypto';
import { shownName } from '@/server/input/nearest';
import { UsageError } from './arguments';
import { asked } from './client';
import type { Command, Session } from './command';
import { EXIT } from './exit-codes';
import { labelsFrom } from './tenants';

export const editTenants: Command = {
  usage: 'tenants edit (<tenant> | --select key=value …) [--label key=value …] [--unlabel key …] …',
  summary: 'change parts of a tenant, or labels of many: what is not named stays',
  help: [
    '--label key=value    set a label; --unlabel key takes one away; both may be given several times',
    '--name <text>        of one tenant: what it is called',
    '--variable key=value of one tenant: set a variable; --unset key takes one away',
    '--endpoint key=url   of one tenant: set an endpoint; --remove-endpoint key takes one away',
    '--select key=value   every tenant with this label, instead of one by its id; labels alone can be changed then',
    '--preview            with --select: only tell what it would do',
    'Many are changed in one go, and taken back with "tenants undo-import".',
  ],
  example: 'switchyard tenants edit --select region=eu --label ring=canary --preview',
  options: {
    name: { type: 'string' },
    label: { type: 'string', multiple: true },
    unlabel: { type: 'string', multiple: true },
    variable: { type: 'string', multiple: true },
    unset: { type: 'string', multiple: true },
    endpoint: { type: 'string', multiple: true },
    'remove-endpoint': { type: 'string', multiple: true },
    select: { type: 'string', multiple: true },
    preview: { type: 'boolean' },
  },
  run: (session) => {
    const { given } = session;
    const labels = edits(given.all('label'), given.all('unlabel'), 'label', 'unlabel');
    return given.all('select').length > 0 ? editMany(session, labels) : editOne(session, labels);
  },
};

type Edits = Record<string, string | null>;

async function editOne({ given, client, access, out, json }: Session, labels: Edits): Promise<number> {
  const tenantId = given.only('tenant');
  if (given.flag('preview')) throw new UsageError('--preview is for --select.');
  const name = given.text('name');
  const variables = edits(given.all('variable'), given.all('unset'), 'variable', 'unset');
  const urls = edits(given.all('endpoint'), given.all('remove-endpoint'), 'endpoint', 'remove-endpoint');
  const endpoints = Object.fromEntries(
    Object.entries(urls).map(([key, url]) => [key, url === null ? null : { url }]),
  );
  const edit = { ...(name === undefined ? {} : { name }), ...named({ labels, variables, endpoints }) };
  if (Object.keys(edit).length === 0) throw new UsageError('Say what is to be changed: --label, --name, …');
  const answer = await asked(
    access.url,
    client.tenants.update.mutate({ tenantId, ...edit, requestId: randomUUID() }),
  );
  out(json ? JSON.stringify(answer) : `${tenantId} is changed.`);
  return EXIT.completed;
}

const named = <Parts extends Record<string, object>>(parts: Parts): Partial<Parts> =>
  Object.fromEntries(
    Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0),
  ) as Partial<Parts>;

async function editMany({ given, client, access, out, json }: Session, labels: Edits): Promise<number> {
  given.none();
  for (const option of ['name', 'variable', 'unset', 'endpoint', 'remove-endpoint'])
    if (given.text(option) !== undefined || given.all(option).length > 0)
      throw new UsageError(`--${option} is for one tenant; with --select labels alone are changed.`);
  const dryRun = given.flag('preview');
  const filter = { labels: labelsFrom(given.all('select')) };
  const input = { filter, labels, dryRun, requestId: randomUUID() };
  const answer = await asked(access.url, client.tenants.editLabels.mutate(input));
  const { changed, unchanged, changes, importId } = answer;
  const lines = [
    dryRun
      ? `This would change ${changed} and leave ${unchanged} as it is. Nothing was done.`
      : `${changed} changed, ${unchanged} unchanged.`,
    ...changes.map(({ tenantId }) => `~ ${tenantId}`),
    ...(changed > changes.length ? [`… and ${changed - changes.length} more`] : []),
    ...(importId ? [`Take it back with: switchyard tenants undo-import ${importId}`] : []),
  ];
  out(json ? JSON.stringify(answer) : lines.join('\n'));
  return EXIT.completed;
}

/** `key=value` sets, a key alone takes away. */
function edits(set: readonly string[], gone: readonly string[], setting: string, taking: string): Edits {
  const edits = new Map<string, string | null>();
  const add = (key: string, value: string | null) => {
    if (edits.has(key))
      throw new UsageError(`"${shownName(key)}" is given twice to --${setting} or --${taking}.`);
    edits.set(key, value);
  };
  for (const pair of set) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--${setting} takes key=value; "${shownName(pair)}" is none.`);
    add(pair.slice(0, at), pair.slice(at + 1));
  }
  for (const key of gone) add(key, null);
  return Object.fromEntries(edits);
}
