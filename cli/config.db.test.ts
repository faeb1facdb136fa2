import { describe, expect, it } from 'vitest';
import { testApiServer } from '@/server/api/testing/api-server';
import { mutate } from '@/server/api/testing/call';
import { codeBlocks } from '@/server/steps/targets/testing/recipe';
import { main } from './main';

const server = testApiServer();

/** A command line over files that are only here. */
async function run(
  args: string[],
  files: Record<string, string> = {},
  { key = server.adminKey, answer }: { key?: string; answer?: string } = {},
): Promise<{ code: number; out: string; errors: string }> {
  const out: string[] = [];
  const errors: string[] = [];
  const code = await main(
    args,
    { SWITCHYARD_URL: server.url, SWITCHYARD_API_KEY: key },
    {
      out: (line) => void out.push(line),
      error: (line) => void errors.push(line),
      read: async (file) => new TextEncoder().encode(files[file] ?? ''),
      list: async (folder) =>
        folder in files ? null : Object.keys(files).filter((file) => file.startsWith(`${folder}/`)),
      write: async (file, text) => {
        files[file] = text;
      },
      ask: answer === undefined ? undefined : async () => answer,
      signal: new AbortController().signal,
    },
  );
  return { code, out: out.join('\n'), errors: errors.join('\n') };
}

it('does what docs/as-code.md tells', async () => {
  const files: Record<string, string> = {};
  const [text = ''] = codeBlocks('as-code.md', 'yaml');
  const [, name = ''] = /^# (\S+)\n/.exec(text) ?? [];
  const commands = codeBlocks('as-code.md', 'sh').flatMap((block) =>
    [...block.matchAll(/^switchyard (.*)$/gm)].map(([, args = '']) => args),
  );
  const told: [string, number][] = [];
  for (const command of commands) {
    const args = [...command.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);
    if (command.includes(name)) files[name] = text;
    // Before everything is written anew, what is in two files is taken out of one.
    else delete files[name];
    const { code, errors } = await run(args, files);
    expect(errors).toBe('');
    told.push([args[0] ?? '', code]);
  }
  expect(told).toEqual([
    ['export', 0],
    ['diff', 2],
    ['apply', 0],
    ['export', 0],
    ['diff', 0],
  ]);
  expect(files['config/freezes.yaml']).toContain('The fair');
});

describe('switchyard export, diff and apply', () => {
  const files: Record<string, string> = {};

  it('writes files that say what there is: nothing is to change', async () => {
    const exported = await run(['export', 'config'], files);
    expect(exported).toMatchObject({ code: 0, errors: '' });
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        'config/tenants.yaml',
        'config/settings.yaml',
        'config/versions/edge-router.yaml',
        'config/playbooks/blue-green.yaml',
      ]),
    );
    expect(await run(['diff', '-f', 'config', '--prune'], files)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Nothing to change: \d+ documents say what is so already\.$/),
    });
    const applied = await run(['apply', '-f', 'config', '--prune'], files);
    expect(applied).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing to change/) });
    const again: Record<string, string> = {};
    await run(['export', 'config', '--json'], again);
    expect(again).toEqual(files);
  });

  it('tells what would change, and does it once it is told to', async () => {
    files['config/tenants.yaml'] = files['config/tenants.yaml']?.replace('region: eu', 'region: north') ?? '';
    files['config/freezes.yaml'] = JSON.stringify({
      ...{ kind: 'Freeze', name: 'Fair' },
      spec: { window: { kind: 'once', from: '2030-01-01T00:00:00Z', to: '2030-01-02T00:00:00Z' } },
    });
    const { code, out } = await run(['diff', '-f', 'config'], files);
    expect(code).toBe(2);
    expect(out).toContain('+ Freeze Fair\n    window: {"kind":"once"');
    expect(out).toMatch(/~ Tenant acme-eu\n {4}labels\.region: "eu" → "north"\n/);
    expect(out).toMatch(/1 to create, 1 to change, 0 to take away; \d+ documents say what is so already\.$/);

    expect(await run(['apply', '-f', 'config'], files)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('Give --yes'),
    });
    expect(await run(['apply', '-f', 'config'], files, { answer: 'y' })).toMatchObject({
      code: 1,
      errors: 'Nothing was done.',
    });
    expect((await run(['diff', '-f', 'config'], files)).code).toBe(2);
    const applied = await run(['apply', '-f', 'config', '--reason', 'The fair'], files, { answer: 'yes' });
    expect(applied).toMatchObject({ code: 0, errors: '', out: expect.stringMatching(/\nDone\.$/) });
    expect((await run(['diff', '-f', 'config'], files)).code).toBe(0);
  });

  it('takes away what no document names, of the kinds that are there', async () => {
    const only = {
      'freezes.yaml':
        'kind: Freeze\nname: Other\nspec:\n  window: {kind: weekly, days: [7], from: 10:00, to: 12:00, timeZone: Europe/Berlin}\n',
    };
    const { code, out } = await run(['apply', '-f', 'freezes.yaml', '--prune', '--yes', '--json'], only);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      changes: [
        { action: 'create', name: 'Other' },
        { action: 'delete', kind: 'Freeze', name: 'The fair' },
        { action: 'delete', kind: 'Freeze', name: 'Fair' },
      ],
      totals: { create: 1, update: 0, delete: 2 },
    });
  });

  it('says what is wrong by file and document, and does nothing', async () => {
    const bad = {
      'c/a.yaml': 'kind: Tenant\nname: a\nspec: {}\n---\nkind: Tenant\nname: b\nspec: {lables: {}}\n',
      'c/b.json': '{"kind": "Tenannt", "name": "c", "spec": {}}',
      'c/notes.txt': 'not read',
    };
    const { code, errors } = await run(['apply', '-f', 'c', '--yes'], bad);
    expect(code).toBe(1);
    expect(errors).toContain('c/a.yaml, document 2: spec.lables: is not known here; did you mean "labels"?');
    expect(errors).toContain('c/b.json: kind: ');
    expect((await run(['diff', '-f', 'c', '--only', 'Freeze'], bad)).errors).toContain('c/b.json: kind: ');
  });

  it('refuses what it cannot do, in words', async () => {
    for (const [args, message] of [
      [['diff'], 'Say where the files are: -f <folder>.'],
      [
        ['diff', '-f', 'config', '--only', 'Tenants'],
        '--only Tenants is not known here; did you mean "Tenant"?',
      ],
      [['diff', '-f', 'nowhere'], 'There is no document in nowhere.'],
      [['export'], 'Say which folder.'],
    ] as const)
      expect(await run([...args], files)).toMatchObject({
        code: 1,
        errors: expect.stringContaining(message),
      });
    const operator = await run(['diff', '-f', 'config'], files, { key: server.key });
    expect(operator).toMatchObject({ code: 1, errors: expect.stringContaining('This needs the role admin') });
    const freeze = {
      name: 'Twice',
      window: { kind: 'weekly', days: [1], from: '00:00', to: '01:00', timeZone: 'UTC' },
    };
    for (const _ of [1, 2]) await mutate(server.url, server.key, 'freezes.create', freeze);
    expect((await run(['export', 'other'])).errors).toContain('Two of kind Freeze are called "Twice"');
    expect((await run(['export', 'other', '--only', 'Tenant'])).code).toBe(0);
  });
});
