import { Problems } from '@/server/commands/problems';
import { problemsOf } from '@/server/input/closed-input';
import { InvalidInput } from '@/server/input/refused';
import { foreignText } from '@/server/security/foreign-text';
import { NO_VEIL } from '@/server/security/veil';
import { refuseCostlyPlaybook } from '../template-limits';
import { configDocument, fieldOf, type Placed } from './documents';
import { Turns } from './turns';

/** The documents as they are meant. Throws {@link InvalidInput} with all that is wrong with any of them. */
export async function checkedDocuments(given: readonly unknown[]): Promise<Placed[]> {
  const problems = new Problems();
  const turns = new Turns();
  const checked: Placed[] = [];
  const places = new Map<string, number>();
  for (const [at, one] of given.entries()) {
    await turns.next();
    const costly = kindOf(one) === 'Playbook' ? await costlyPart(one) : null;
    if (costly) {
      addProblem(problems, { at }, ['spec', ...costly.path], costly.message);
      continue;
    }
    const { data, error } = await configDocument.safeParseAsync(one);
    // What is wrong with a part by itself may be told of the whole as well.
    const told = new Set<string>();
    for (const { path, message } of error ? problemsOf(error) : []) {
      const same = JSON.stringify([path, message]);
      if (!told.has(same)) addProblem(problems, { at }, path, message);
      told.add(same);
    }
    if (!data) continue;
    const key = `${data.kind} ${data.name}`;
    const before = places.get(key);
    if (before !== undefined)
      addProblem(problems, { at }, ['name'], `is that of documents.${before} as well`);
    places.set(key, at);
    checked.push({ ...data, at });
  }
  problems.throwIfAny();
  return checked;
}

/** Puts what is wrong with a document among what is told. */
export function addProblem(
  problems: Problems,
  document: { at: number },
  path: readonly (string | number)[],
  message: string,
): void {
  const field = foreignText(fieldOf(document, ...path), NO_VEIL, 200);
  problems.add({ field, message: `${field}: ${foreignText(message, NO_VEIL, 400)}` });
}

function kindOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'kind' in document ? document.kind : undefined;
}

/** What of a playbook would take too long to check, found before it is. */
async function costlyPart(document: unknown): Promise<{ path: string[]; message: string } | null> {
  try {
    await refuseCostlyPlaybook((document as { spec?: unknown }).spec);
    return null;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { field, message } = error;
    return {
      path: field === 'definition' ? [] : field.split('.'),
      message: message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message,
    };
  }
}
