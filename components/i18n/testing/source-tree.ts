import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vitest/node';

/** A node of a syntax tree (ESTree). */
export interface SourceNode {
  type: string;
  start: number;
  end: number;
  [part: string]: unknown;
}

/** A file of the program with what is written in it. */
export interface SourceFile {
  name: string;
  text: string;
  tree: SourceNode;
}

/** The sources below some folders, tests and what only they use left out. */
export function sourcesIn(folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)),
    )
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|[/\\]testing[/\\]/.test(name))
    .map((name) => {
      const text = readFileSync(name, 'utf8');
      const lang = name.endsWith('x') ? 'tsx' : 'ts';
      return { name, text, tree: parseAst(text, { lang }) as unknown as SourceNode };
    });
}

/** Every node below one, itself first; `within` says of each whether what is in it is of interest. */
export function* nodesIn(
  node: SourceNode,
  within: (node: SourceNode) => boolean = () => true,
): Generator<SourceNode> {
  if (!within(node)) return;
  yield node;
  for (const part of Object.values(node))
    for (const child of Array.isArray(part) ? part : [part]) if (isNode(child)) yield* nodesIn(child, within);
}

export const isNode = (value: unknown): value is SourceNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

export const lineOf = ({ text }: SourceFile, { start }: SourceNode): number =>
  text.slice(0, start).split('\n').length;

/** The text of a literal or of a template's parts; null for anything else. */
export function writtenParts(node: SourceNode): string[] | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : null;
  if (node.type === 'JSXText') return [String(node.value)];
  if (node.type !== 'TemplateLiteral') return null;
  return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked);
}
