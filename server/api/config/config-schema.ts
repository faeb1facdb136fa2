import { z } from 'zod';
import { givenPlaybook } from '../inputs';
import { configDocument } from './documents';

type Schema = Record<string, unknown>;

/** A document as JSON Schema; `playbook` is where its reader finds that of playbooks. */
export function documentSchema(playbook: string): Schema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(configDocument, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema !== givenPlaybook) return;
      for (const name of Object.keys(jsonSchema)) delete jsonSchema[name];
      jsonSchema.$ref = playbook;
    },
  }) as Schema;
  // What refers to itself is within playbooks alone.
  delete schema.$defs;
  return schema;
}

/** A file of documents for editors (draft 2020-12): one, or a list of them. */
export function configSchema(): Schema {
  const document = { $ref: '#/$defs/document' };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    anyOf: [document, { type: 'array', items: document }],
    $defs: { document: documentSchema('playbook.schema.json') },
  };
}
