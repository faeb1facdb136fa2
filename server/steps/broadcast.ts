import { byConnector, httpSettings } from './http-settings';
import { broadcastTemplates, publishRedis, redisBroadcast } from './redis-steps';
import { sendToAll } from './send-to-all';
import { defineStep } from './step';
import { httpTemplates, httpUrls } from './step-templates';

const settings = byConnector(httpSettings({ target: 'instance', url: '/reload' }), redisBroadcast);

/** Tells the instances that there is something new. */
export const broadcast = defineStep(
  'broadcast',
  settings,
  (wanted, context) =>
    wanted.connector === 'redis'
      ? publishRedis(context, wanted)
      : sendToAll(context, wanted, (count) => `${count} told`, 'resend'),
  {
    templates: (wanted, definition) =>
      wanted.connector === 'redis' ? broadcastTemplates(wanted) : httpTemplates(wanted, definition),
    target: ({ target }) => target,
    urls: (wanted, definition) => (wanted.connector === 'redis' ? [] : httpUrls(wanted, definition)),
    saves: (wanted) => (wanted.connector === 'redis' ? [] : wanted.save),
  },
);
