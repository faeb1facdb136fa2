import { expect, it } from 'vitest';
import { guardedAgent } from './collector';

it('a name of a collector that turns into a metadata service is not connected to', async () => {
  const { lookup } = guardedAgent('http://collector.example.com:4318', 'Metrics');
  const looked = new Promise((resolve, reject) =>
    lookup('metadata.google.internal', {}, (error, address) => (error ? reject(error) : resolve(address))),
  );
  await expect(looked).rejects.toThrow(/never called|not called|metadata/);
});
