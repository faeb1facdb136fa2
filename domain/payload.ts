import {
  fill,
  LITERAL_BRACES,
  type Placeholder,
  parseTemplate,
  placed,
  placeIn,
  TemplateError,
  type TemplatePart,
  type TemplateScope,
} from './template';

export type PayloadFormat = 'json' | 'text';

export interface PayloadText {
  payload: string;
  format: PayloadFormat;
}

/**
 * A payload with `{{tenant.…}}` filled in. `{{secret.…}}` stays, to be filled when it is sent; with `secrets` each must be
 * one of these. Inside a JSON string a value is written as its content. What a value itself brings along stays as it is.
 * Throws {@link TemplateError} for everything else that would be left over.
 */
export function fillTenant(
  version: PayloadText,
  tenant: Readonly<Record<string, unknown>>,
  secrets: ReadonlySet<string> | null,
): string {
  const { payload } = version;
  if (!payload.includes('{{')) return payload;
  const { parts, inString } = parsedOnce(version);
  const scope = { tenant };
  const filled: string[] = [];
  let open = false;
  for (const [index, part] of parts.entries()) {
    let piece = part.source;
    if (part.kind === 'placeholder') {
      if (part.keys[0] === 'tenant')
        piece = keptBraces(textFor(part, scope, inString[index] === true), open, parts[index + 1]);
      else refuseUnlessSecret(part, payload, secrets);
    }
    filled.push(piece);
    if (piece !== '') open = piece.endsWith('{');
  }
  return filled.join('');
}

/** The text that is sent: the stored one, its secrets filled in. Throws {@link TemplateError} when one is missing. */
export function fillSecrets(stored: PayloadText, secrets: Readonly<Record<string, string>>): string {
  return fillText(stored, { secret: secrets });
}

/** A text with all of it filled in; inside a JSON string a value is written as its content. Throws {@link TemplateError}. */
export function fillText({ payload, format }: PayloadText, scope: TemplateScope): string {
  if (!payload.includes('{{')) return payload;
  const { parts } = parseTemplate(payload);
  const inString = insideStrings(parts, format);
  return parts
    .map((part, index) => (part.kind === 'text' ? part.text : textFor(part, scope, inString[index] === true)))
    .join('');
}

/** A payload as it could be once everything is filled in, to see whether it is JSON then. Throws {@link TemplateError}. */
export function withStandIns(payload: string): string {
  if (!payload.includes('{{')) return payload;
  const { parts } = parseTemplate(payload);
  const inString = insideStrings(parts, 'json');
  return parts.map((part, index) => (part.kind === 'text' ? part.text : inString[index] ? '' : '0')).join('');
}

interface Parsed {
  parts: TemplatePart[];
  /** For each part whether it stands inside a JSON string. */
  inString: boolean[];
}

const parsed = new WeakMap<PayloadText, Parsed>();

/** A version is filled in for ten thousand tenants, and read as a template once. */
function parsedOnce(version: PayloadText): Parsed {
  const known = parsed.get(version);
  if (known) return known;
  const { parts } = parseTemplate(version.payload);
  const made = { parts, inString: insideStrings(parts, version.format) };
  parsed.set(version, made);
  return made;
}

function textFor(part: Placeholder, scope: TemplateScope, inString: boolean): string {
  const text = fill(part, scope);
  return inString ? JSON.stringify(text).slice(1, -1) : text;
}

function refuseUnlessSecret(part: Placeholder, payload: string, secrets: ReadonlySet<string> | null): void {
  const [root, name, ...more] = part.keys;
  const where = `${part.source} at ${placeIn(payload, part.position)}`;
  if (root !== 'secret' || name === undefined || more.length > 0) {
    const message = `${where} cannot be filled in: a configuration may name {{tenant.…}} and {{secret.NAME}}. For braces that are to stay write ${LITERAL_BRACES}.`;
    throw new TemplateError(message, placed(part));
  }
  if (secrets !== null && !secrets.has(name))
    throw new TemplateError(`${where} cannot be filled in: there is no secret ${name}.`, placed(part));
}

/** What is filled in never changes whether what follows stands inside a string. */
function insideStrings(parts: readonly TemplatePart[], format: PayloadFormat): boolean[] {
  if (format !== 'json') return [];
  let inside = false;
  return parts.map((part) => {
    const before = inside;
    if (part.kind === 'text') inside = insideAfter(part.text, inside);
    return before;
  });
}

function insideAfter(text: string, before: boolean): boolean {
  let inside = before;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') inside = !inside;
    else if (char === '\\' && inside) at += 1;
  }
  return inside;
}

/** A value's braces written so that they are none of the template, also with its neighbours' (`open`: a brace before it). */
function keptBraces(value: string, open: boolean, next: TemplatePart | undefined): string {
  if (!value.includes('{')) return value;
  // What a placeholder that comes next will bring is not known yet.
  const touches = next !== undefined && (next.kind === 'placeholder' || next.source.startsWith('{'));
  return value.replaceAll(/\{+/g, (braces, at: number) => {
    const joined =
      braces.length > 1 || (at === 0 && open) || (at + braces.length === value.length && touches);
    return joined ? `{{'${braces}'}}` : braces;
  });
}
