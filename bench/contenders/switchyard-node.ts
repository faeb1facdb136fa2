import type { Work } from './contender';
import { startNode } from './switchyard';

/** One more process on the same database; says when it takes part, and works until it is killed. */
const [url = '', work = '{}'] = process.argv.slice(2);
await startNode(url, JSON.parse(work) as Work).start();
console.log('executing');
