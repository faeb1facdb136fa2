import type { PlaybookDefinition } from '@/domain/playbook';

/** What an instance of the fleet takes with `PUT /config`. */
export const CONFIG_BODY = '{"version":"{{config.version}}","config":{{config.payload | json}}}';

/** Sends the configuration, tells to reload and looks whether it was done; `request` and `health` are added to these steps. */
export const threeStages = (request: object, health: object = {}): PlaybookDefinition => ({
  stages: [
    {
      name: 'Config',
      steps: [{ name: 'send', type: 'config-update', request: { ...request, body: CONFIG_BODY } }],
    },
    { name: 'Reload', steps: [{ name: 'tell', type: 'broadcast', request }] },
    { name: 'Health', steps: [{ name: 'confirm', type: 'health-check', ...health }] },
  ],
});
