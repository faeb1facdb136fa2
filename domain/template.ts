import { JsonText } from './json-text';

/** Raised when a template is malformed, names something that does not exist or uses an unknown filter. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** The placeholder as it is written, and where it begins in the template. */
  readonly placeholder: string;
  readonly position: number;

  constructor(message: string, place: { placeholder: string; position: number }) {
    super(message);
    this.placeholder = place.placeholder;
    this.position = place.position;
  }
}

export type TemplateScope = Readonly<Record<string, unknown>>;

export interface Placeholder {
  kind: 'placeholder';
  /** The names between the dots: `['tenant', 'id']`. */
  keys: string[];
  filters: string[];
  /** As it is written, and where it begins. */
  source: string;
  position: number;
}

/** A piece of a template; `source` is how it is written, which differs from `text` for literal braces. */
export type TemplatePart = { kind: 'text'; text: string; source: string } | Placeholder;

const INSIDE = /\s*([A-Za-z_][\w.-]*)\s*((?:\|\s*[a-z0-9]+\s*)*)\}\}/y;
/** `{{'{{'}}`: braces that are to stay; with single quotes it can stand inside a JSON string. */
const LITERAL = /\s*(['"])(\{+)\1\s*\}\}/y;
const SHOWN_CHARS = 60;
/** Each may double the text. */
const MOST_FILTERS = 5;
export const LITERAL_BRACES = "{{'{{'}}";

const FILTERS: Record<string, (value: unknown) => string> = {
  json: jsonOf,
  url: (value) => encodeURIComponent(textOf(value)),
  base64: (value) => toBase64(textOf(value)),
};

const FILTER_NAMES: readonly string[] = Object.keys(FILTERS);

/**
 * The pieces of a template in order. Two opening braces begin a placeholder (of three, the last two); what is not one, is
 * not closed or uses an unknown filter is refused. Throws {@link TemplateError} with the position.
 */
export function parseTemplate(template: string): { parts: TemplatePart[] } {
  const parts: TemplatePart[] = [];
  let done = 0;
  for (let open = template.indexOf('{{'); open !== -1; open = template.indexOf('{{', done)) {
    while (template[open + 2] === '{') open += 1;
    if (open > done) parts.push(plain(template.slice(done, open)));
    const part = literalAt(template, open) ?? placeholderAt(template, open);
    parts.push(part);
    done = open + part.source.length;
  }
  if (done < template.length) parts.push(plain(template.slice(done)));
  return { parts };
}

/**
 * Fills `{{path.to.value}}` and `{{path | json}}` (filters: json, url, base64; several apply from left to right, so
 * `{{config.payload | json | json}}` is JSON inside a JSON string); `{{'{{'}}` stands for two braces.
 * Throws {@link TemplateError} naming the placeholder when it is malformed, its value missing or its filter unknown.
 */
export function render(template: string, scope: TemplateScope): string {
  if (!template.includes('{{')) return template;
  const filled = parseTemplate(template).parts.map((part) =>
    part.kind === 'text' ? part.text : fill(part, scope),
  );
  return filled.join('');
}

/** What one placeholder stands for. Throws {@link TemplateError} when there is no value. */
export function fill(placeholder: Placeholder, scope: TemplateScope): string {
  const value = lookup(scope, placeholder.keys);
  if (value === undefined || value === null)
    throw new TemplateError(`${placeholder.source} has no value here.`, placed(placeholder));
  return textOf(placeholder.filters.reduce((current, name) => FILTERS[name]?.(current) ?? '', value));
}

/** Fills every string inside a JSON-like value. */
export function renderDeep<T>(value: T, scope: TemplateScope): T {
  if (typeof value === 'string') return render(value, scope) as T;
  if (Array.isArray(value)) return value.map((item) => renderDeep(item, scope)) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, renderDeep(item, scope)]),
    ) as T;
  }
  return value;
}

/** Whether a text has anything that is filled in. */
export const isTemplate = (text: string): boolean => text.includes('{{');

function literalAt(template: string, open: number): TemplatePart | null {
  LITERAL.lastIndex = open + 2;
  const found = LITERAL.exec(template);
  return found && { kind: 'text', text: found[2] ?? '', source: template.slice(open, LITERAL.lastIndex) };
}

function placeholderAt(template: string, open: number): Placeholder {
  INSIDE.lastIndex = open + 2;
  const found = INSIDE.exec(template);
  if (!found) throw malformed(template, open);
  const source = template.slice(open, INSIDE.lastIndex);
  const filters = (found[2] ?? '').split('|').flatMap((name) => name.trim() || []);
  if (filters.length > MOST_FILTERS)
    throw new TemplateError(`${source} has more than ${MOST_FILTERS} filters.`, {
      placeholder: source,
      position: open,
    });
  const unknown = filters.find((name) => !Object.hasOwn(FILTERS, name));
  if (unknown !== undefined) {
    const message = `${source} uses the unknown filter "${unknown}" (known: ${FILTER_NAMES.join(', ')}).`;
    throw new TemplateError(message, { placeholder: source, position: open });
  }
  return { kind: 'placeholder', keys: (found[1] ?? '').split('.'), filters, source, position: open };
}

function malformed(template: string, position: number): TemplateError {
  const end = template.indexOf('}}', position);
  const source = end === -1 ? template.slice(position) : template.slice(position, end + 2);
  const placeholder = source.length > SHOWN_CHARS ? `${source.slice(0, SHOWN_CHARS)}…` : source;
  const what = end === -1 ? 'is not closed' : 'is not a placeholder';
  const message = `${placeholder} at ${placeIn(template, position)} ${what}. For braces that are to stay write ${LITERAL_BRACES}.`;
  return new TemplateError(message, { placeholder, position });
}

/** A position as people count it: "character 7", in a text of several lines "line 2, character 7". */
export function placeIn(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  const character = `character ${(before.at(-1) ?? '').length + 1}`;
  return text.includes('\n') ? `line ${before.length}, ${character}` : character;
}

export const placed = ({ source, position }: Placeholder) => ({ placeholder: source, position });

const plain = (text: string): TemplatePart => ({ kind: 'text', text, source: text });

function lookup(scope: TemplateScope, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => {
    if (value instanceof JsonText) return value.at(key);
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, scope);
}

/** A value as text: JSON as it was written, everything else as JSON or as it is. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? jsonOf(value) : String(value);
}

function jsonOf(value: unknown): string {
  if (value instanceof JsonText) return value.source;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${jsonOf(item)}`).join(',')}}`;
}

/** More arguments at once than this and a call fails. */
const BASE64_CHUNK = 0x8000;

/** UTF-8 base64 that runs in the browser and in Node alike. */
function toBase64(value: string): string {
  const bytes = new TextEncoder().encode(value);
  let binary = '';
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK)
    binary += String.fromCharCode(...bytes.subarray(at, at + BASE64_CHUNK));
  return btoa(binary);
}
