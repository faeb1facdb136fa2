import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * The files below a folder, hidden ones aside; null when it is none. A link to a file is that file: what is mounted into a
 * container has nothing else. One to a folder is not followed, since it may lead back here.
 */
export async function filesBelow(folder: string): Promise<string[] | null> {
  if (!(await stat(folder)).isDirectory()) return null;
  const files: string[] = [];
  for (const one of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(one.parentPath, one.name);
    const parts = path.relative(folder, file).split(path.sep);
    if (parts.some((part) => part.startsWith('.'))) continue;
    if (one.isFile() || (one.isSymbolicLink() && !(await leadsToFolder(file)))) files.push(file);
  }
  return files;
}

/** Of a link that leads nowhere the reader says so: a document that is left out would be taken away. */
const leadsToFolder = (link: string): Promise<boolean> =>
  stat(link).then(
    (found) => found.isDirectory(),
    () => false,
  );
