import { httpSettings } from './http-settings';
import { sendToAll } from './send-to-all';
import { defineStep } from './step';
import { httpTemplates, httpUrls } from './step-templates';

/** Any other call, once for the tenant unless the step says otherwise. */
export const httpRequest = defineStep(
  'http-request',
  httpSettings({ target: 'tenant' }),
  (wanted, context) =>
    sendToAll(
      context,
      wanted,
      (count) => `${wanted.calls.length === 1 ? '1 call' : `${wanted.calls.length} calls`} for ${count}`,
    ),
  { templates: httpTemplates, saves: ({ save }) => save, target: ({ target }) => target, urls: httpUrls },
);
