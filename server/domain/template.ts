/** Raised when a template names something that does not exist or uses an unknown filter. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export type TemplateScope = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{\{\s*([A-Za-z_][\w.-]*)\s*((?:\|\s*[a-z0-9]+\s*)*)\}\}/g;

const FILTERS: Record<string, (value: unknown) => string> = {
  json: (value) => JSON.stringify(value),
  url: (value) => encodeURIComponent(text(value)),
  base64: (value) => toBase64(text(value)),
};

/**
 * Fills `{{path.to.value}}` and `{{path | json}}` (filters: json, url, base64; several apply from left to right, so
 * `{{config.payload | json | json}}` is JSON inside a JSON string).
 * With `only`, placeholders of other roots stay as they are, for a later rendering.
 * Throws {@link TemplateError} naming the placeholder when the value is missing or the filter unknown.
 */
export function render(template: string, scope: TemplateScope, only?: string): string {
  return template.replace(PLACEHOLDER, (whole, path: string, filters: string) => {
    if (only && path.split('.')[0] !== only) return whole;
    const value = lookup(scope, path);
    if (value === undefined || value === null) throw new TemplateError(`${whole} has no value here.`);
    const names = filters.split('|').flatMap((name) => name.trim() || []);
    return text(names.reduce((current, name) => filterNamed(name, whole)(current), value));
  });
}

function filterNamed(name: string, placeholder: string): (value: unknown) => string {
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter) return filter;
  throw new TemplateError(`${placeholder} uses the unknown filter "${name}" (known: json, url, base64).`);
}

/** The value paths a template names, in order, each once. */
export function placeholders(template: string): string[] {
  return [...new Set([...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))];
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

function lookup(scope: TemplateScope, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, scope);
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** UTF-8 base64 that runs in the browser and in Node alike. */
function toBase64(value: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(value)));
}
