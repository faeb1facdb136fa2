import { existsSync } from 'node:fs';

/** Debian's `faketime`, with which a process sees another time than its machine; null where it is not installed. */
export function findFaketime(): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => `${folder}/faketime`).find((program) => existsSync(program)) ?? null;
}
