import { expect, it } from 'vitest';
import { lineOf, nodesIn, type SourceNode, sourcesIn, writtenParts } from './testing/source-tree';

/** Names, units and signs that are the same in every language. */
const NAMES = new Set(['Switchyard', 'UTC', 'Ctrl K', 'JSON', 'CSV', 'YAML', 'PostgreSQL', 'Esc', 'ms', 's']);
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
  // Stored: what becomes of it belongs to whoever saves it.
  'components/playbook/example.ts': ['*'],
  // Words in the language that is asked for stand beside it.
  'components/ui/status.tsx': ['*'],
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
      if (isSentence(text) && !allowed.includes(text)) found.push(`${file.name}:${lineOf(file, node)} ${text}`);
    }
  }
  expect(found).toEqual([]);
});

/** The texts a node shows, each with its parts around what is filled in. */
function shownTexts(node: SourceNode): string[][] {
  if (node.type === 'JSXText') return [[String(node.value)]];
  if (node.type === 'JSXExpressionContainer') return textsOf(node.expression as SourceNode, true);
  if (node.type === 'JSXAttribute') {
    const { name, value } = node as unknown as { name: { name: string }; value: SourceNode | null };
    return value && READ.has(name.name) ? textsOf(value) : [];
  }
  if (node.type !== 'Property') return [];
  const { key, value } = node as unknown as { key: { name?: string }; value: SourceNode };
  return key.name !== undefined && SHOWN.has(key.name) ? textsOf(value) : [];
}

/** The texts an expression comes to. Of one inside an element only what stands there is shown, not what its calls are given. */
function textsOf(node: SourceNode, inside = false): string[][] {
  const parts = writtenParts(node);
  // In an element a lone literal is a space or a sign; in an attribute's braces it is shown as well.
  if (parts) return [parts];
  if (node.type === 'JSXExpressionContainer') return textsOf(node.expression as SourceNode);
  const branches: unknown[] =
    node.type === 'ConditionalExpression'
      ? [node.consequent, node.alternate]
      : node.type === 'LogicalExpression'
        ? [node.left, node.right]
        : node.type === 'BinaryExpression' && node.operator === '+'
          ? [node.left, node.right]
          : [];
  return branches.flatMap((branch) => textsOf(branch as SourceNode, inside));
}

/** Not what a mistake of ours says, nor what another file is called. */
const ofInterest = (node: SourceNode): boolean => {
  if (/^(Import|Export(All|Named))/.test(node.type) && node.source) return false;
  return !(node.type === 'NewExpression' && (node.callee as { name?: string }).name === 'Error');
};

/** Begins large, has a space and ends like one, or is several words of which none is a rule for the browser. */
const isSentence = (text: string): boolean =>
  /^[A-Z][a-z]+( [a-z\d{}',-]+)+[.…:]?/.test(text.trim()) && !/[#;[\]=(]/.test(text);
