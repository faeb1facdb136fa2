import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesBelow } from './files-below';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'switchyard-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('the files below a folder are those that it links to as well, as in what is mounted into a container', async () => {
  await mkdir(path.join(folder, '..data_1'));
  await writeFile(path.join(folder, '..data_1', 'tenants.yaml'), '');
  await symlink('..data_1', path.join(folder, '..data'));
  await symlink('..data/tenants.yaml', path.join(folder, 'tenants.yaml'));
  await mkdir(path.join(folder, 'below'));
  await writeFile(path.join(folder, 'below', 'freezes.yaml'), '');
  await symlink('.', path.join(folder, 'again'));
  await symlink('nowhere', path.join(folder, 'dead.yaml'));
  const found = await filesBelow(folder);
  expect(found?.map((file) => path.relative(folder, file)).sort()).toEqual([
    'below/freezes.yaml',
    'dead.yaml',
    'tenants.yaml',
  ]);
  expect(await filesBelow(path.join(folder, 'below', 'freezes.yaml'))).toBeNull();
});
