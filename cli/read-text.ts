import { fileText } from '@/domain/file-text';
import { UsageError } from './arguments';
import type { Terminal } from './command';

/** A file's text; "-" is standard input. Throws {@link UsageError} for one that is not UTF-8. */
export async function readText({ read }: Pick<Terminal, 'read'>, file: string): Promise<string> {
  const found = fileText(await read(file));
  if (!found.ok) throw new UsageError(`${file === '-' ? 'Standard input' : file}: ${found.problem}`);
  return found.text;
}
