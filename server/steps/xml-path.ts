import { SaxesParser } from 'saxes';

/** The longest path, in characters; its names, and what one answer may hold: so a look takes well under 50 ms. */
const MAX_PATH_CHARS = 500;
const MAX_STEPS = 10;
const MAX_PREDICATES = 4;
const MAX_ELEMENTS = 20_000;
const MAX_DEPTH = 50;
const MAX_XML_CHARS = 256 * 1024;

interface Element {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: Element[];
  /** All text below it, as XPath's string value; without the space around it once somebody asked. */
  text: string;
  trimmed?: string;
}

export type XmlReading = { root: Element } | { unread: string };

interface Step {
  /** `//` stands before it. */
  deep: boolean;
  name: string;
  wanted: Predicate[];
}

type Predicate = { at: number } | { of: 'attribute' | 'child' | 'self'; name: string; value: string };

interface XmlPath {
  steps: Step[];
  /** An attribute of what is found, instead of its text. */
  attribute: string | null;
}

const STEP =
  /(\/{0,2})(?:@([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)|(text\(\))|([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?|\*))/y;
const PREDICATE =
  /\[\s*(?:(\d{1,6})|(@?[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?|\.)\s*=\s*(?:'([^']*)'|"([^"]*)"))\s*\]/y;

/** A path that cannot be used, in words that follow its name. */
class PathUnusable extends Error {
  override readonly name = 'PathUnusable';
}

/** Why a path cannot be used, in words that follow its name; null when it can. */
export function xmlPathProblem(path: string): string | null {
  try {
    parsePath(path);
    return null;
  } catch (error) {
    if (error instanceof PathUnusable) return error.message;
    throw error;
  }
}

/**
 * The text of the first element that a path leads to, or its attribute: undefined when there is none. Paths are the part
 * of XPath 1.0 that needs no search back: `/a/b`, `//b`, `*`, `b[2]`, `b[@id='x']`, `b[name='x']`, `b[.='x']`, `@id`, `text()`.
 * A name without a prefix fits whatever its prefix in the answer. `unread` says why the answer could not be read.
 * Throws when the path is none.
 */
export function findXml(read: XmlReading, path: string): { value?: string; unread: string } {
  const wanted = parsePath(path);
  if ('unread' in read) return read;
  const [found] = wanted.steps.reduce<Element[]>(
    (from, step) => follow(from, step),
    [{ name: '', attributes: {}, children: [read.root], text: '' }],
  );
  const value = wanted.attribute === null ? found && trimmed(found) : found?.attributes[wanted.attribute];
  return { ...(value === undefined ? {} : { value }), unread: '' };
}

function parsePath(path: string): XmlPath {
  if (path.length > MAX_PATH_CHARS)
    throw new PathUnusable(`is too long (at most ${MAX_PATH_CHARS} characters)`);
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    STEP.lastIndex = at;
    const found = STEP.exec(path);
    if (!found || (at > 0 && found[1] === '')) throw notAPath(at);
    at = STEP.lastIndex;
    const [, slashes = '', attribute, text, name = ''] = found;
    if ((attribute !== undefined || text !== undefined) && (at < path.length || slashes === '//'))
      throw notAPath(at);
    if (attribute !== undefined) return { steps, attribute };
    if (text !== undefined) return { steps, attribute: null };
    const wanted: Predicate[] = [];
    for (; path[at] === '['; at = PREDICATE.lastIndex) {
      PREDICATE.lastIndex = at;
      const said = PREDICATE.exec(path);
      if (!said) throw notAPath(at);
      wanted.push(predicateOf(said));
      if (wanted.length > MAX_PREDICATES)
        throw new PathUnusable(`has more than ${MAX_PREDICATES} conditions at a name`);
    }
    steps.push({ deep: slashes === '//', name, wanted });
    if (steps.length > MAX_STEPS) throw new PathUnusable(`has more than ${MAX_STEPS} names`);
  }
  if (steps.length === 0) throw notAPath(0);
  return { steps, attribute: null };
}

function predicateOf([, at, name = '', single, double]: RegExpExecArray): Predicate {
  if (at !== undefined) return { at: Number(at) };
  const value = single ?? double ?? '';
  if (name === '.') return { of: 'self', name, value };
  return name.startsWith('@')
    ? { of: 'attribute', name: name.slice(1), value }
    : { of: 'child', name, value };
}

const notAPath = (at: number) =>
  new PathUnusable(
    `is not a path in XML at character ${at + 1} (like /a/b, //b[@id='x'], b[name='x']/version, or an @attribute at its end)`,
  );

/** Each element once, in the order of the document. */
function follow(from: readonly Element[], { deep, name, wanted }: Step): Element[] {
  const found = new Set<Element>();
  const enter = (parent: Element) => {
    const named = parent.children.filter((child) => fits(child.name, name));
    for (const child of wanted.reduce(satisfying, named)) found.add(child);
  };
  if (!deep) for (const parent of from) enter(parent);
  else {
    const seen = new Set<Element>();
    const enterAll = (parent: Element) => {
      if (seen.has(parent)) return;
      seen.add(parent);
      enter(parent);
      for (const child of parent.children) enterAll(child);
    };
    for (const parent of from) enterAll(parent);
  }
  return [...found];
}

function satisfying(elements: readonly Element[], wanted: Predicate): Element[] {
  if ('at' in wanted) return elements.slice(wanted.at - 1, wanted.at);
  return elements.filter((one) => {
    const { attributes, children } = one;
    if (wanted.of === 'self') return trimmed(one) === wanted.value;
    if (wanted.of === 'attribute') return attributes[wanted.name] === wanted.value;
    return children.some((child) => fits(child.name, wanted.name) && trimmed(child) === wanted.value);
  });
}

function trimmed(element: Element): string {
  element.trimmed ??= element.text.trim();
  return element.trimmed;
}

const fits = (name: string, wanted: string): boolean =>
  wanted === '*' ||
  name === wanted ||
  (!wanted.includes(':') && name.slice(name.indexOf(':') + 1) === wanted);

/** A text as XML, or why it could not be read. Knows no entities but the five that XML has: nothing can grow. */
export function readXml(text: string): XmlReading {
  if (text.length > MAX_XML_CHARS) return { unread: `, which is too large to be read as XML` };
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open: Element[] = [top];
  let count = 0;
  let refused: string | null = null;
  const parser = new SaxesParser();
  const refuse = (why: string) => {
    refused ??= why;
    throw new PathUnusable(why);
  };
  parser.on('error', ({ message }) => refuse(`, which is no XML (${message.slice(0, 200)})`));
  parser.on('opentag', ({ name, attributes }) => {
    count += 1;
    if (count > MAX_ELEMENTS || open.length > MAX_DEPTH)
      refuse(', which has too many parts to be read as XML');
    const element: Element = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const add = (more: string) => {
    const inside = open.at(-1);
    if (inside) inside.text += more;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const closed = open.pop();
    // Ropes: nothing is copied before somebody reads it.
    if (closed) add(closed.text);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (refused === null) throw error;
    return { unread: refused };
  }
  const [root] = top.children;
  return root ? { root } : { unread: ', which is no XML' };
}
