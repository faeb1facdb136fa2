import { Document, parseAllDocuments, parseDocument } from 'yaml';
import { CONFIG_KINDS, type ConfigDocument, type ConfigKind } from '@/domain/config-changes';
import { sameJson } from '@/domain/tenant-merge';
import { UsageError } from './arguments';

/** A document as a file has it; the server checks what is in it. */
export interface FiledDocument {
  document: unknown;
  /** For people: `tenants.yaml, document 3`. */
  place: string;
}

/** More references to one value than any file needs: each is written out before it is sent. */
const MOST_ALIASES = 100;

/** The documents of a file: YAML or JSON, one or several, in a list as well. Throws {@link UsageError}. */
export function documentsIn(file: string, text: string): FiledDocument[] {
  const all = (/\.json$/i.test(file) ? [jsonOf(file, text)] : yamlOf(file, text)).flat();
  return all.map((document, index) => ({
    document,
    place: all.length === 1 ? file : `${file}, document ${index + 1}`,
  }));
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function yamlOf(file: string, text: string): unknown[] {
  const parsed = parseAllDocuments(text);
  // A file without any is told as an object that says so.
  const documents = Array.isArray(parsed) ? parsed : [];
  return documents.flatMap((document) => {
    const [wrong] = [...document.errors, ...document.warnings];
    if (wrong)
      throw new UsageError(`${file} is not valid YAML: ${wrong.message.split('\n')[0]?.replace(/:$/, '')}`);
    try {
      const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
      return value === null ? [] : [value];
    } catch (error) {
      throw new UsageError(`${file} is not valid YAML: ${error instanceof Error ? error.message : error}`);
    }
  });
}

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
