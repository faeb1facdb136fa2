import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const ROOMS = [
  'app',
  'bench',
  'chaos',
  'cli',
  'components',
  'db',
  'demo',
  'docs',
  'domain',
  'e2e',
  'scripts',
  'server',
];
const CODE = /\.(tsx?|mjs|sql)$/;
/** Of others, or of what is said not to be there. */
const FOREIGN = new Set(['TimeoutStopSec', 'RollbackStrategy']);

const files = [
  ...readdirSync(root),
  ...ROOMS.flatMap((room) =>
    readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${room}/${file}`,
    ),
  ),
].filter((file) => !file.includes('node_modules') && statSync(path.join(root, file)).isFile());
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/ .*$|(?<=^|\s)-- .*$/gm;
const sources = files.filter((file) => CODE.test(file) && file !== 'docs/names.test.ts');
const code = sources.map((file) => ({ file, text: read(file) }));

/** Every word that is written anywhere but in a comment. */
const known = new Set([
  ...code.flatMap(({ text }) => text.replace(COMMENTS, ' ').match(/[A-Za-z_$][\w$]*/g) ?? []),
  ...(read('deploy/alerts.yml').match(/[A-Za-z_$][\w$]*/g) ?? []),
  ...(read('package.json').match(/[A-Za-z_$][\w$]*/g) ?? []),
]);

/** A name of more than one word, as a function, a type or a field has it. */
const NAME = /\b(?:[a-z]+[A-Z]|[A-Z][a-z]+[A-Z])\w*/g;
const PATH = /^(?:\.\/)?[\w@.()[\]-]+(?:\/[\w@.()[\]*-]+)+$/;

/** What a text says in backticks or links that is a name or a path of ours and is not there. */
function missingIn(text: string): string[] {
  const said = [...text.matchAll(/`([^`\n]+)`|\{@link ([\w.]+)\}/g)].map(
    ([, code, link]) => code ?? link ?? '',
  );
  return said.flatMap((span) => {
    if (PATH.test(span) && ROOMS.includes(span.split('/')[0] ?? ''))
      return files.some((file) => matches(file, span)) ? [] : [span];
    return (span.match(NAME) ?? []).filter((name) => !known.has(name) && !FOREIGN.has(name));
  });
}

/** A file, a folder, or a file whose ending is left out; a star stands for any name. */
function matches(file: string, span: string): boolean {
  const [before, after] = span.split('*');
  if (after !== undefined) return file.startsWith(before ?? '') && file.endsWith(after);
  return file === span || file.startsWith(`${span.replace(/\/$/, '')}/`) || file.startsWith(`${span}.`);
}

const docs = files.filter((file) => file.endsWith('.md'));

describe('names', () => {
  it.each(docs)('in %s are those of the sources', (file) => {
    expect(missingIn(read(file))).toEqual([]);
  });

  it('in comments are those of the sources', () => {
    const missing = code.flatMap(({ file, text }) =>
      missingIn((text.match(COMMENTS) ?? []).join('\n')).map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it('that are nowhere are found', () => {
    expect(
      missingIn('`noSuchFunctionAnywhere(1)`, {@link NoSuchTypeAtAll}, `server/no-such-file.ts`'),
    ).toEqual(['noSuchFunctionAnywhere', 'NoSuchTypeAtAll', 'server/no-such-file.ts']);
    expect(missingIn('`commitTransition`, {@link TaskState}, `server/executor`, `domain/task.ts`')).toEqual(
      [],
    );
  });
});
