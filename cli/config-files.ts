import { Document, parseAllDocuments, parseDocument } from 'yaml';
import { CONFIG_KINDS, type ConfigDocument, type ConfigKind } from '@/domain/config-changes';
import { sameJson } from '@/domain/tenant-merge';
import { parseUnique } from '@/domain/unique-keys';
import { shownName } from '@/server/input/nearest';
import { UsageError } from './arguments';

/** A document as a file has it; the server checks what is in it. */
export interface FiledDocument {
  document: unknown;
  /** For people: `tenants.yaml, document 3`. */
  place: string;
}

/** More references to one value than any file needs: each is written out before it is sent. */
const MOST_ALIASES = 100;

/** A file of this size is read in seconds; what the server takes at once is far less. */
const MOST_MEBIBYTES = 16;

/** The server takes a hundred, of which the list that documents are sent in has three. */
const MOST_LEVELS = 97;

/** The documents of a file: YAML or JSON, one or several, in a list as well. Throws {@link UsageError}. */
export function documentsIn(file: string, text: string): FiledDocument[] {
  if (text.length > MOST_MEBIBYTES * 1024 * 1024)
    throw new UsageError(`${file} has more than ${MOST_MEBIBYTES} MiB: is this a file of documents?`);
  const all = (/\.json$/i.test(file) ? [jsonOf(file, text)] : yamlOf(file, text)).flat();
  return all.map((document, index) => {
    const place = all.length === 1 ? file : `${file}, document ${index + 1}`;
    const wrong = whyNotSent(document, []);
    if (wrong) throw new UsageError(`${place}: ${wrong}`);
    return { document, place };
  });
}

/** Why a value cannot be sent as the JSON that it would have to be; YAML has more than that. */
function whyNotSent(value: unknown, path: readonly string[]): string | null {
  const where = path.length > 0 ? `${shownName(path.join('.'))}: ` : '';
  if (typeof value === 'number' && !Number.isFinite(value)) return `${where}is no number that can be sent`;
  if (typeof value !== 'object' || value === null) return null;
  if (path.length >= MOST_LEVELS) return `is nested too deeply (more than ${MOST_LEVELS} levels)`;
  const plain: unknown[] = [Object.prototype, Array.prototype];
  if (!plain.includes(Object.getPrototypeOf(value))) return `${where}must be a text, a list or an object`;
  for (const [key, one] of Object.entries(value)) {
    if (key === '__proto__') return `${where}cannot have "__proto__" in it`;
    const wrong = whyNotSent(one, [...path, key]);
    if (wrong) return wrong;
  }
  return null;
}

function jsonOf(file: string, text: string): unknown {
  try {
    return parseUnique(text);
  } catch (error) {
    throw new UsageError(`${file} is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function yamlOf(file: string, text: string): unknown[] {
  const parsed = parseAllDocuments(text, { stringKeys: true });
  // A file without any is told as an object that says so.
  const documents = Array.isArray(parsed) ? parsed : [];
  return documents.flatMap((document) => {
    const [wrong] = [...document.errors, ...document.warnings];
    if (wrong) throw new UsageError(`${file} is not valid YAML: ${inOurWords(wrong.message)}`);
    try {
      const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
      return value === null ? [] : [value];
    } catch (error) {
      throw new UsageError(`${file} is not valid YAML: ${error instanceof Error ? error.message : error}`);
    }
  });
}

/** The first line of what the parser says, without the name of its option. */
const inOurWords = (message: string): string =>
  (message.split('\n')[0] ?? '').replace(/:$/, '').replace('With stringKeys, all keys', 'all keys');

/** What is never taken away has files of its own; of all else one file has all, so that none is left behind. */
function fileOf({ kind, name }: ConfigDocument): string {
  if (kind === 'Playbook') return `playbooks/${name}.yaml`;
  if (kind === 'Version') return `versions/${name.slice(0, name.indexOf('/'))}.yaml`;
  return FILES[kind];
}

const FILES: Record<Exclude<ConfigKind, 'Playbook' | 'Version'>, string> = {
  Settings: 'settings.yaml',
  Tenant: 'tenants.yaml',
  Freeze: 'freezes.yaml',
  Webhook: 'webhooks.yaml',
};

/** The files that say these documents, and of these kinds that there are no others. */
export function filesOf(
  documents: readonly ConfigDocument[],
  kinds: readonly ConfigKind[] = CONFIG_KINDS,
): Map<string, string> {
  const parts = new Map<string, string[]>();
  for (const kind of kinds) if (kind !== 'Playbook' && kind !== 'Version') parts.set(FILES[kind], []);
  for (const document of documents) {
    const file = fileOf(document);
    parts.set(file, [...(parts.get(file) ?? []), yamlText(document)]);
  }
  return new Map([...parts].map(([file, texts]) => [file, texts.join('---\n') || '# There is none.\n']));
}

/** Lines of texts stay lines, and nothing is folded: a change of one is a change of that line. */
function yamlText(document: ConfigDocument): string {
  const text = new Document(document, { aliasDuplicateObjects: false }).toString({
    lineWidth: 0,
    blockQuote: 'literal',
  });
  // Lines of nothing but spaces do not all come back; as JSON, which is YAML as well, they do.
  return sameJson(parseDocument(text).toJS(), document) ? text : `${JSON.stringify(document, null, 2)}\n`;
}
