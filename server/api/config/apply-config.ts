import { TRPCError } from '@trpc/server';
import { recordAudit } from '@/db/queries/audit';
import type { FieldChange } from '@/domain/tenant-merge';
import { CommandRefused } from '@/server/input/refused';
import { foreignText } from '@/server/security/foreign-text';
import { NO_VEIL } from '@/server/security/veil';
import type { ApiDeps } from '../trpc';
import { type Compared, keyOf } from './compare-config';
import type { Commands, Difference } from './difference';
import { Turns } from './turns';

const MOST_FIELDS_TOLD = 20;
const MOST_VALUE_CHARS = 300;
/** Of very many changes as many are named in the entry of the whole; each has an entry of its own. */
const MOST_AUDITED = 200;
const MOST_NAMED = 5;

export interface ToldChange extends Pick<Difference, 'action' | 'kind' | 'name'> {
  fields: FieldChange[];
  fieldsTotal: number;
}

/** The changes for whoever is to agree to them, with what is to be given back as `expected`. */
export async function toldConfig({ differences, unchanged }: Compared) {
  const counted = (action: Difference['action']) =>
    differences.filter((difference) => difference.action === action).length;
  const turns = new Turns();
  const changes: ToldChange[] = [];
  for (const one of differences) {
    await turns.next();
    changes.push(toldChange(one));
  }
  const expected: Record<string, string> = Object.fromEntries(
    differences.map((one) => [keyOf(one), one.digest]),
  );
  return {
    changes,
    totals: { create: counted('create'), update: counted('update'), delete: counted('delete'), unchanged },
    expected,
  };
}

function toldChange({ action, kind, name, fields }: Difference): ToldChange {
  const told = fields.slice(0, MOST_FIELDS_TOLD).map(({ field, before, after }) => ({
    field: foreignText(field, NO_VEIL, MOST_VALUE_CHARS),
    before: brief(before),
    after: brief(after),
  }));
  return { action, kind, name, fields: told, fieldsTotal: fields.length };
}

/** Long values as the beginning of their JSON. */
function brief(value: unknown): unknown {
  const json = JSON.stringify(value) ?? 'null';
  return json.length <= MOST_VALUE_CHARS ? value : foreignText(json, NO_VEIL, MOST_VALUE_CHARS);
}

/** Throws {@link CommandRefused} unless these are the changes that were agreed to, on the state that they were shown on. */
export function refuseOthers(
  { differences }: Compared,
  expected: Readonly<Record<string, string>> | undefined,
): void {
  if (!expected) return;
  const now = new Map(differences.map((one) => [keyOf(one), one.digest]));
  const others = [...new Set([...Object.keys(expected), ...now.keys()])].filter(
    (key) => !Object.hasOwn(expected, key) || expected[key] !== now.get(key),
  );
  if (others.length === 0) return;
  const more = others.length > MOST_NAMED ? ` (and ${others.length - MOST_NAMED} more)` : '';
  throw new CommandRefused({
    code: 'CHANGED_MEANWHILE',
    message: `Nothing was done, for these are not the changes any more that were shown: ${others.slice(0, MOST_NAMED).join(', ')}${more}. Look at them again.`,
  });
}

/**
 * Makes the changes one after the other, each by the command that a person would send, and puts on record that they belong
 * together. What stands when one of them is refused stays: applying again goes on from there.
 */
export async function applyConfig(
  deps: ApiDeps,
  commands: Commands,
  { differences, unchanged }: Compared,
  { actor, reason }: { actor: string; reason: string | null },
) {
  const made: Difference[] = [];
  const secrets: { name: string; secret: string }[] = [];
  try {
    for (const difference of differences) {
      const secret = await make(difference, commands, { made: made.length, all: differences.length });
      if (secret !== null) secrets.push({ name: difference.name, secret });
      made.push(difference);
    }
  } finally {
    // Also of what broke off: it changed something.
    if (made.length > 0)
      await recordAudit(deps.db, {
        ...{ actor, reason, action: 'config.save', target: 'configuration' },
        outcome: {
          wanted: differences.length,
          changed: made.length,
          changes: made.slice(0, MOST_AUDITED).map(({ action, kind, name }) => ({ action, kind, name })),
        },
      });
  }
  const { expected: _expected, ...told } = await toldConfig({ differences, unchanged });
  return { ...told, secrets };
}

/** Of what is refused after others were made it is said so. */
async function make(
  difference: Difference,
  commands: Commands,
  { made, all }: { made: number; all: number },
): Promise<string | null> {
  try {
    return await difference.make(commands);
  } catch (error) {
    if (!(error instanceof TRPCError) || error.code === 'INTERNAL_SERVER_ERROR' || made === 0) throw error;
    const code =
      error.cause instanceof CommandRefused ? error.cause.rejection.code : ('REFUSED_BY_GUARD' as const);
    throw new CommandRefused({
      code,
      message: `${made} of ${all} changes were made, then one was refused. ${keyOf(difference)}: ${error.message}`,
    });
  }
}
