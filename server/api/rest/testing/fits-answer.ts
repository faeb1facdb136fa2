import Ajv from 'ajv/dist/2020';
import type { ProcedureName } from '../../declared';
import answers from '../answers.json' with { type: 'json' };

const document = { components: { schemas: answers.schemas }, answers: answers.answers };
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(document, 'described');

/** What of an answer, as JSON, is not as it is described; null when it is. */
export function misfits(procedure: ProcedureName, answer: unknown): unknown {
  const check = ajv.getSchema(`described#/answers/${procedure}`);
  if (!check) throw new Error(`${procedure} is not described`);
  return check(answer) ? null : check.errors;
}
