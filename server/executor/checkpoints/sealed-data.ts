import type { SecretBox } from '@/server/security/secrets';
import type { Veil } from '@/server/security/veil';
import type { StageData } from './checkpoint-store';

/** How a value is kept that nobody may see. */
const SEALED = '$sealed';
/** A longer text is made of a secret, and that is known by itself. */
const LONGEST_HIDDEN = 8192;

/** Whose data it is: a sealed value opens nowhere else. */
export interface DataPlace {
  taskId: string;
  direction: string;
}

/**
 * What stages leave, as it is kept: a value in which there is something hidden is sealed as a whole. Values of single
 * instances are judged one by one.
 */
export function sealHidden(values: StageData, place: DataPlace, box: SecretBox, veil: Veil): StageData {
  return eachValue(values, [], (value, path) => {
    const json = JSON.stringify(value) ?? 'null';
    return veil.covers(json) ? { [SEALED]: box.seal(rowOf(place, path), json) } : value;
  });
}

/** The same values as they were; what was hidden is hidden again. Throws when a value cannot be opened. */
export function openHidden(values: StageData, place: DataPlace, box: SecretBox, veil: Veil): StageData {
  return eachValue(values, [], (value, path) => {
    if (!isSealed(value)) return value;
    const opened: unknown = JSON.parse(box.open(rowOf(place, path), value[SEALED]));
    for (const text of textsIn(opened)) if (text.length <= LONGEST_HIDDEN) veil.add(text);
    return opened;
  });
}

/** Values of the tenant lie under their names, those of instances under `instances`, by key and name. */
function eachValue(
  values: StageData,
  path: readonly string[],
  change: (value: unknown, path: readonly string[]) => unknown,
): StageData {
  const entries = Object.entries(values).map(([name, value]) => {
    const at = [...path, name];
    const nested = isRecord(value) && ((path.length === 0 && name === 'instances') || path.length === 1);
    return [name, nested ? eachValue(value, at, change) : change(value, at)];
  });
  return Object.fromEntries(entries);
}

const rowOf = ({ taskId, direction }: DataPlace, path: readonly string[]) =>
  JSON.stringify(['stage data', taskId, direction, ...path]);

const isRecord = (value: unknown): value is StageData =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isSealed(value: unknown): value is { [SEALED]: string } {
  return isRecord(value) && typeof value[SEALED] === 'string' && Object.keys(value).length === 1;
}

function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.values(value).flatMap(textsIn);
}
