import { Socket } from 'engine.io-client';
import { API_KEY } from '@/server/testing/switchyard';

/**
 * Pages that only receive: each joins the plan and takes what comes without reading it, so that what is measured is what
 * viewers cost the server. Says when all have joined; ends when it is killed.
 */
const [url = '', planId = '', planSeq = '0', count = '0'] = process.argv.slice(2);

function join(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new Socket(url, {
      path: '/socket.io/',
      transports: ['websocket'],
      extraHeaders: { authorization: `Bearer ${API_KEY}` },
    });
    socket.on('open', () => socket.send('0/live,'));
    socket.on('message', (data) => {
      if (typeof data !== 'string') return;
      // What socket.io says of the namespace: admitted (0), refused (4), the answer to the join (3).
      if (data.startsWith('0/live,'))
        socket.send(`2/live,0["join",${JSON.stringify({ planId, planSeq: Number(planSeq) })}]`);
      else if (data.startsWith('4/live,')) reject(new Error(data));
      else if (data.startsWith('3/live,')) resolve();
    });
    socket.on('error', (error) => reject(error as Error));
  });
}

for (let joined = 0; joined < Number(count); joined += 1) await join();
console.log('joined');
