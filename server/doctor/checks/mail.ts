import { mailProblem, mailTransport } from '@/server/notifications/mail-server';
import type { Check } from '../check';
import { fail, ok } from '../finding';

const ANSWER_MS = 5000;

/** Whether e-mail can leave: the server is greeted and signed in at, and nothing is sent. */
export const mail: Check = {
  name: 'mail server',
  look: async ({ env }, signal) => {
    const { mail: server } = env;
    if (!server) return [];
    const place = `${server.host}:${server.port}`;
    const transport = mailTransport(server, ANSWER_MS);
    const stop = () => transport.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await transport.verify();
      return [ok(`${place} answers${server.auth ? ' and takes the user and password' : ''}`)];
    } catch (error) {
      return [
        fail(
          `${place}: ${mailProblem(server, error, ANSWER_MS).error.replace(/\.$/, '')}`,
          'No notification leaves by e-mail',
          'Look at SWITCHYARD_SMTP_URL, and at the way there from this host',
        ),
      ];
    } finally {
      signal.removeEventListener('abort', stop);
      transport.close();
    }
  },
};
