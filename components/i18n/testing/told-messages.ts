import { isNode, nodesIn, type SourceFile, type SourceNode, writtenParts } from './source-tree';

/** A message as the source makes it, filled in with one thing and another where only the program knows what. */
export interface ToldMessage {
  node: SourceNode;
  /** One of each way it may be put; of each, with words and with numbers in its places. */
  ways: string[][];
}

/** Which argument of a call is what somebody reads. */
const ARGUMENTS: Record<string, number> = {
  reject: 1,
  refused: 0,
  refusedByGuard: 0,
  leave: 0,
  moved: 5,
  event: 4,
  addProblem: 3,
  'say.error': 3,
  'say.warning': 3,
  InvalidInput: 1,
  // Of the schema library.
  min: 1,
  max: 1,
  gt: 1,
  regex: 1,
  refine: 1,
};
const PROPERTIES = new Set(['message', 'error', 'detail', 'reason']);
/** More that is open than this makes no sentence. */
const MOST_OPEN = 6;

/** What a file says to people, found by where it stands. */
export function messagesIn(file: SourceFile): ToldMessage[] {
  const told: ToldMessage[] = [];
  for (const node of nodesIn(file.tree)) {
    const said = messageOf(node);
    if (!said) continue;
    for (const one of choices(said, file)) {
      const ways = fillings(one, file);
      if (ways.length > 0) told.push({ node: one, ways });
    }
  }
  return told;
}

function messageOf(node: SourceNode): SourceNode | null {
  if (node.type === 'Property') {
    const { key, value } = node as unknown as { key: { name?: string }; value: SourceNode };
    return PROPERTIES.has(key.name ?? '') || writtenParts(value) ? value : null;
  }
  // What a function or a table of words says, where it is a text and nothing else.
  if (node.type === 'ReturnStatement') return isNode(node.argument) ? node.argument : null;
  if (node.type === 'ArrowFunctionExpression')
    return node.expression === true ? (node.body as SourceNode) : null;
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return null;
  const place = ARGUMENTS[calleeOf(node.callee as SourceNode)];
  const given = place === undefined ? undefined : (node.arguments as SourceNode[])[place];
  return given ?? null;
}

function calleeOf(callee: SourceNode): string {
  if (callee.type === 'Identifier') return String(callee.name);
  if (callee.type !== 'MemberExpression') return '';
  const { object, property } = callee as unknown as Record<'object' | 'property', { name?: string }>;
  return object.name === 'say' ? `say.${property.name}` : (property.name ?? '');
}

/** The texts an expression may be: its own, those of its branches, or those of a constant of the file. */
function choices(node: SourceNode, file: SourceFile, depth = 0): SourceNode[] {
  if (writtenParts(node)) return [node];
  if (depth > 2) return [];
  if (node.type === 'ConditionalExpression')
    return [node.consequent, node.alternate].filter(isNode).flatMap((one) => choices(one, file, depth + 1));
  if (node.type !== 'Identifier') return [];
  const found: SourceNode[] = [];
  for (const one of nodesIn(file.tree)) {
    if (one.type !== 'VariableDeclarator' || !isNode(one.init)) continue;
    if (isNode(one.id) && one.id.name === node.name) found.push(...choices(one.init, file, depth + 1));
  }
  return found;
}

/** A text with each way its open parts may be; for each way, once with every mix of words and numbers. */
function fillings(node: SourceNode, file: SourceFile): string[][] {
  return waysOf(node, file, 0).flatMap((parts) => {
    const words = parts.join(' ').match(/[A-Za-z]{2,}/g) ?? [];
    return words.length > 1 && / [a-z]/.test(parts.join('')) ? [mixes(parts)] : [];
  });
}

/** The parts of a text, null where only the program knows what stands there. */
type Parts = (string | null)[];

function waysOf(node: SourceNode, file: SourceFile, depth: number): Parts[] {
  const [first = '', ...others] = writtenParts(node) ?? [];
  const open = (node.expressions as SourceNode[] | undefined) ?? [];
  let ways: Parts[] = [[first]];
  for (const [index, expression] of open.entries()) {
    const branches = depth < 2 ? choices(expression, file) : [];
    // What may be one text or another is tried as each of them.
    const each = branches.length === 2 ? branches.flatMap((one) => waysOf(one, file, depth + 1)) : [[null]];
    ways = ways.flatMap((way) => each.map((parts) => [...way, ...parts, others[index] ?? '']));
  }
  return ways;
}

function mixes(parts: Parts): string[] {
  if (parts.filter((part) => part === null).length > MOST_OPEN) return [];
  let texts = [''];
  for (const part of parts)
    texts = texts.flatMap((text) => (part === null ? ['Xx', '7'] : [part]).map((value) => text + value));
  return texts;
}
