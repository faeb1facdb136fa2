import { z } from 'zod';
import { httpRequest } from './http-request';
import { sendToAll } from './send-to-all';
import { defineStep } from './step';

const settings = z.object({
  connector: z.literal('http').default('http'),
  /** Once for every instance, or once for the tenant. */
  target: z.enum(['instance', 'tenant']).default('instance'),
  request: httpRequest
    .extend({
      method: httpRequest.shape.method.default('PUT'),
      url: httpRequest.shape.url.default('/config'),
      body: httpRequest.shape.body.default('{{config.text}}'),
    })
    .prefault({}),
});

/** Sends the snapshot's payload. */
export const configUpdate = defineStep('config-update', settings, (wanted, context) =>
  sendToAll(context, wanted.request, wanted.target, (count) => `${context.config.version} sent to ${count}`),
);
