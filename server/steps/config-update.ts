import { byConnector, httpSettings } from './http-settings';
import { redisUpdate, updateRedis, updateTemplates } from './redis-steps';
import { sendToAll } from './send-to-all';
import { defineStep } from './step';
import { httpTemplates, httpUrls } from './step-templates';

const http = httpSettings({ target: 'instance', method: 'PUT', url: '/config', body: '{{config.text}}' });
const settings = byConnector(http, redisUpdate);

/** Sends the snapshot's payload. */
export const configUpdate = defineStep(
  'config-update',
  settings,
  (wanted, context) =>
    wanted.connector === 'redis'
      ? updateRedis(context, wanted)
      : sendToAll(context, wanted, (count) => `${context.config.version} sent to ${count}`, 'probe'),
  {
    templates: (wanted, definition) =>
      wanted.connector === 'redis' ? updateTemplates(wanted) : httpTemplates(wanted, definition),
    target: ({ target }) => target,
    urls: (wanted, definition) => (wanted.connector === 'redis' ? [] : httpUrls(wanted, definition)),
    saves: (wanted) => (wanted.connector === 'redis' ? [] : wanted.save),
  },
);
