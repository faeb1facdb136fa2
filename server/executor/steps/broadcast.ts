import { byConnector, httpSettings } from './http-settings';
import { publishRedis, redisBroadcast } from './redis-steps';
import { sendToAll } from './send-to-all';
import { defineStep } from './step';

const settings = byConnector(httpSettings({ target: 'instance', url: '/reload' }), redisBroadcast);

/** Tells the instances that there is something new. */
export const broadcast = defineStep('broadcast', settings, (wanted, context) =>
  wanted.connector === 'redis'
    ? publishRedis(context, wanted)
    : sendToAll(context, wanted, (count) => `${count} told`, 'resend'),
);
