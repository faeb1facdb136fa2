import { z } from 'zod';
import { httpRequest } from './http-request';
import { sendToAll } from './send-to-all';
import { defineStep } from './step';

const settings = z.object({
  connector: z.literal('http').default('http'),
  target: z.enum(['instance', 'tenant']).default('instance'),
  request: httpRequest.extend({ url: httpRequest.shape.url.default('/reload') }).prefault({}),
});

/** Tells the instances that there is something new. */
export const broadcast = defineStep('broadcast', settings, (wanted, context) =>
  sendToAll(context, wanted.request, wanted.target, (count) => `${count} told`),
);
