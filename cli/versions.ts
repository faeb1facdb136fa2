import { asked, Refused } from './client';
import type { Command } from './command';
import { EXIT } from './exit-codes';
import { readText } from './read-text';

export const pushVersion: Command = {
  usage: 'versions push <file|-> --unit <id> --version <version>',
  summary: 'add a version of a deploy unit; 0 as well when that very version is there already',
  help: [
    'The file is the configuration, kept byte for byte. "-" reads from standard input.',
    '--unit <id>          the first version of a unit creates it; --unit-name <name> is what it is called then',
    '--format json|text   text is not looked at; without it JSON, whose placeholders may stand for any value',
    '--note <text>        what is new in it',
    'Versions never change: another configuration under a name that is taken is refused.',
  ],
  example:
    'switchyard versions push router.json --unit edge-router --version "$GIT_TAG" --note "Larger pool"',
  options: {
    unit: { type: 'string' },
    version: { type: 'string' },
    'unit-name': { type: 'string' },
    format: { type: 'string' },
    note: { type: 'string' },
  },
  run: async ({ given, client, access, out, json, read }) => {
    const file = given.only('file');
    const [unitId, version] = [given.needed('unit'), given.needed('version')];
    const payload = await readText({ read }, file);
    const input = {
      ...{ unitId, version, payload },
      unitName: given.text('unit-name'),
      note: given.text('note'),
      // The server says which there are.
      format: given.text('format') as 'json' | 'text' | undefined,
    };
    let created = true;
    try {
      await asked(access.url, client.versions.create.mutate(input));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Of a pipeline that runs again it is the same one.
      const there = await asked(access.url, client.versions.get.query({ unitId, version })).catch(() => null);
      if (there?.payload !== payload || (input.format ?? 'json') !== there.format) throw error;
      created = false;
    }
    out(
      json
        ? JSON.stringify({ unitId, version, created })
        : `${unitId} ${version} is ${created ? 'there' : 'there already, as it is in the file'}.`,
    );
    return EXIT.completed;
  },
};
