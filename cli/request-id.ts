import { randomUUID } from 'node:crypto';
import type { Given, Options } from './arguments';

export const REQUEST_ID: Options = { 'request-id': { type: 'string' } };
export const REQUEST_ID_HELP = '--request-id <uuid>  repeat the command safely: the first answer comes back';

/** The one that was given, or a new one. */
export const requestIdOf = (given: Given) => given.text('request-id') ?? randomUUID();
