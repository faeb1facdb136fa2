import type { PlaybookDefinition } from '@/domain/playbook';
import type { WrittenPlaybook } from './use-written-playbook';

const definition: PlaybookDefinition = {
  stages: [
    {
      name: 'Send',
      steps: [
        {
          name: 'Send the configuration',
          type: 'config-update',
          request: { method: 'PUT', url: '/config', body: '{{config.text}}' },
        },
      ],
    },
    {
      name: 'Reload',
      steps: [
        { name: 'Tell every instance', type: 'broadcast', request: { method: 'POST', url: '/reload' } },
      ],
    },
    {
      name: 'Verify',
      steps: [
        { name: 'Wait for the new version', type: 'health-check', path: '/health', versionKey: 'version' },
      ],
    },
  ],
};

/** What a new playbook starts from: send, reload, verify. */
export const EXAMPLE: WrittenPlaybook = {
  playbookId: '',
  name: '',
  definition: JSON.stringify(definition, null, 2),
};
