import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

interface Mail {
  from: string;
  to: string[];
  /** As it came. */
  raw: string;
  read: Email;
}

/** What a server answers to a command that it refuses. */
export function smtpError(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

/** A real SMTP server on loopback that keeps what it is given; `refuse` decides about each recipient. */
export class MailSink {
  readonly mails: Mail[] = [];
  readonly users: string[] = [];
  refuse: (recipient: string) => Error | null = () => null;
  /** Answers nothing to the message itself. */
  silent = false;
  #changed = () => {};
  #server!: SMTPServer;

  /** Without anything it takes mail in clear from anybody. */
  static async start(options: SMTPServerOptions = {}, port = 0): Promise<MailSink> {
    const sink = new MailSink();
    sink.#server = new SMTPServer({
      ...{ authOptional: true, disabledCommands: options.key ? [] : ['STARTTLS'] },
      onAuth: ({ username = '', password }, _session, done) => {
        sink.users.push(username);
        if (password === 'right') done(null, { user: username });
        else done(smtpError(535, 'wrong: you sent it'));
      },
      onRcptTo: ({ address }, _session, done) => done(sink.refuse(address)),
      onData: async (stream, session, done) => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        const raw = Buffer.concat(chunks).toString();
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const read = await PostalMime.parse(raw);
        sink.mails.push({ from, to: rcptTo.map(({ address }) => address), raw, read });
        sink.#changed();
        if (!sink.silent) done();
      },
      ...options,
    });
    sink.#server.on('error', () => {});
    await new Promise<void>((resolve) => sink.#server.listen(port, '127.0.0.1', resolve));
    return sink;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Resolves after so many mails. */
  async until(count: number): Promise<void> {
    while (this.mails.length < count)
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
