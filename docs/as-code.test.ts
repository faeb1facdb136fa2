import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv/dist/2020';
import { describe, expect, it } from 'vitest';
import { documentsIn } from '@/cli/config-files';
import { CONFIG_KINDS, PRUNED_KINDS } from '@/domain/config-changes';
import { configSchema } from '@/server/api/config/config-schema';
import { configDocument } from '@/server/api/config/documents';
import { playbookSchema } from '@/server/api/playbook-schema';
import { codeBlocks } from '@/server/steps/targets/testing/recipe';

const page = readFileSync(path.resolve('docs/as-code.md'), 'utf8');
const documents = codeBlocks('as-code.md', 'yaml').flatMap((text) =>
  documentsIn('example.yaml', text).map(({ document }) => document as { spec: object }),
);

describe('the JSON Schema of documents', () => {
  const ajv = new Ajv({ strict: false, logger: false });
  ajv.addSchema(playbookSchema(), 'playbook.schema.json');
  const validate = ajv.compile(configSchema());

  it('is what lies beside the page', async () => {
    await expect(`${JSON.stringify(configSchema(), null, 2)}\n`).toMatchFileSnapshot('config.schema.json');
  });

  it('takes the documents of the page, as the server does', async () => {
    expect(documents.length).toBeGreaterThan(4);
    for (const one of documents) {
      expect(validate(one), JSON.stringify(validate.errors)).toBe(true);
      expect((await configDocument.safeParseAsync(one)).error).toBeUndefined();
    }
    expect(validate(documents)).toBe(true);
  });

  it('refuses what the server refuses', async () => {
    for (const one of documents)
      for (const wrong of [
        { ...one, kind: 'Tennant' },
        { ...one, surplus: 1 },
        { ...one, name: undefined },
        { ...one, spec: { ...one.spec, surplus: 1 } },
      ]) {
        expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false);
        expect((await configDocument.safeParseAsync(wrong)).success).toBe(false);
      }
  });
});

it('the page names every kind, and which of them are taken away', () => {
  for (const kind of CONFIG_KINDS) expect(page).toMatch(new RegExp(`^\\| \`${kind}\` \\|`, 'm'));
  expect([...PRUNED_KINDS]).toEqual(CONFIG_KINDS.filter((kind) => kind !== 'Version' && kind !== 'Playbook'));
});
