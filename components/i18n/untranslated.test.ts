import { expect, it } from 'vitest';
import { lineOf, nodesIn, type SourceNode, sourcesIn, writtenParts } from './testing/source-tree';

/** Names, units and signs that are the same in every language. */
const NAMES = new Set(['Switchyard', 'URL', 'JSON', 'Ctrl K']);
/** Attributes that people read or hear. */
const READ = new Set([
  'alt',
  'aria-description',
  'aria-label',
  'aria-roledescription',
  'aria-valuetext',
  'description',
  'label',
  'leftSection',
  'placeholder',
  'refusal',
  'suffix',
  'title',
]);
/** Properties of objects that become what people read. */
const SHOWN = new Set(['label', 'title', 'message', 'hint', 'description', 'reason', 'placeholder']);

/** What is written in English where it is no text of the screen: for programs, or known to the table of sentences. */
const ELSEWHERE: Record<string, readonly string[]> = {
  // It is translated where it is shown, like what the domain says.
  'components/plan/bulk-prospect.ts': ['It did not stop because of a step in doubt.'],
  'components/api/reword.ts': ['The server gave no answer. Check the connection and try again.'],
  // Stored: what becomes of it belongs to whoever saves it.
  'components/playbook/example.ts': ['*'],
  // Words in the language that is asked for stand beside it.
  'components/ui/status.tsx': ['*'],
  'components/ui/status-words.ts': ['*'],
  'components/status-page/badge.ts': ['*'],
  // Names of programs.
  'components/settings/device-name.ts': ['*'],
};

const hasWords = (text: string) => /\p{Letter}{2,}/u.test(text) && !NAMES.has(text.trim());

it('no screen has text of its own: it is in the catalogue, in every language', () => {
  const found: string[] = [];
  for (const file of sourcesIn(['components', 'app'])) {
    const allowed = ELSEWHERE[file.name.replaceAll('\\', '/')] ?? [];
    if (/i18n[/\\]/.test(file.name) || allowed.includes('*')) continue;
    for (const node of nodesIn(file.tree))
      for (const text of shownTexts(node))
        if (text.some(hasWords) && !allowed.includes(text.join('{}')))
          found.push(`${file.name}:${lineOf(file, node)} ${text.join('{}').trim().slice(0, 80)}`);
  }
  expect([...new Set(found)]).toEqual([]);
});

it('no sentence is written anywhere but in the catalogue', () => {
  const found: string[] = [];
  for (const file of sourcesIn(['components', 'app'])) {
    const allowed = ELSEWHERE[file.name.replaceAll('\\', '/')] ?? [];
    if (/i18n[/\\]/.test(file.name) || allowed.includes('*')) continue;
    for (const node of nodesIn(file.tree, ofInterest)) {
      const text = writtenParts(node)?.join('{}') ?? '';
      if (isSentence(text) && !allowed.includes(text))
        found.push(`${file.name}:${lineOf(file, node)} ${text}`);
    }
  }
  expect(found).toEqual([]);
});

/** The texts a node shows, each with its parts around what is filled in. */
function shownTexts(node: SourceNode): string[][] {
  if (node.type === 'JSXText') return [[String(node.value)]];
  if (node.type === 'JSXElement' || node.type === 'JSXFragment')
    return (node.children as SourceNode[])
      .filter(({ type }) => type === 'JSXExpressionContainer')
      .flatMap((child) => textsOf(child.expression as SourceNode));
  if (node.type === 'JSXAttribute') {
    const { name, value } = node as unknown as { name: { name: string }; value: SourceNode | null };
    return value && READ.has(name.name)
      ? textsOf(value).filter(([text = '']) => !isExample(name.name, text))
      : [];
  }
  if (node.type !== 'Property') return [];
  const { key, value } = node as unknown as { key: { name?: string }; value: SourceNode };
  return key.name !== undefined && SHOWN.has(key.name) ? textsOf(value) : [];
}

/** An example of what may be typed: a key, a value or an address. */
const isExample = (attribute: string, text: string) =>
  attribute === 'placeholder' && !/^[A-Z][a-z]|[a-z] [a-z]/.test(text);

/** The texts an expression comes to; not what its calls are given. */
function textsOf(node: SourceNode): string[][] {
  const parts = writtenParts(node);
  if (parts) return [parts];
  if (node.type === 'JSXExpressionContainer') return textsOf(node.expression as SourceNode);
  const branches: unknown[] =
    node.type === 'ConditionalExpression'
      ? [node.consequent, node.alternate]
      : node.type === 'LogicalExpression' || (node.type === 'BinaryExpression' && node.operator === '+')
        ? [node.left, node.right]
        : [];
  return branches.flatMap((branch) => textsOf(branch as SourceNode));
}

/** Not what a mistake of ours says, nor what another file is called. */
const ofInterest = (node: SourceNode): boolean => {
  if (/^(Import|Export(All|Named))/.test(node.type) && node.source) return false;
  return !(node.type === 'NewExpression' && (node.callee as { name?: string }).name === 'Error');
};

/** Begins large, has a space and ends like one, or is several words of which none is a rule for the browser. */
const isSentence = (text: string): boolean =>
  /^[A-Z][a-z]+( [a-z\d{}',-]+)+[.…:]?/.test(text.trim()) && !/[#;[\]=(]/.test(text);
