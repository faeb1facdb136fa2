import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Software } from '@/server/steps/targets/testing/software';
import { TEST_CERTIFICATE, TEST_KEY } from '@/server/steps/testing/test-certificate';
import { freePort } from '@/server/testing/free-port';

/** What is in the path on Debian is a wrapper that changes to a user and to folders of its own. */
const PROGRAMS = '/usr/lib/rabbitmq/bin';

/** A broker of a test's own, with one user and TLS by the test's authority. */
export interface Rabbit {
  port: number;
  tlsPort: number;
  /** Of the HTTP API, where that is asked for. */
  apiPort: number;
  /** What the node makes of an expression of Erlang. */
  evaluate(expression: string): Promise<string>;
  /** As of {@link Software}. */
  outage(millis: number): Promise<void>;
  back(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRabbit(
  username: string,
  password: string,
  { management = false } = {},
): Promise<Rabbit> {
  const ports = await Promise.all([1, 2, 3, 4, 5].map(freePort));
  const [port = 0, tlsPort = 0, nodePort, mapperPort = 0, apiPort = 0] = ports;
  const mapper = await startMapper(mapperPort);
  const environment = (folder: string) => ({
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: `${mapperPort}`,
    RABBITMQ_NODENAME: 'messages@localhost',
    RABBITMQ_DIST_PORT: `${nodePort}`,
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'environment'),
    // The script becomes the program instead of waiting for it, so that it can be ended.
    RABBITMQ_ALLOW_INPUT: 'true',
    RABBITMQ_SERVER_START_ARGS: '-noinput',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 2:2 -kernel inet_dist_use_interface {127,0,0,1}',
  });
  try {
    const broker = await Software.start({
      program: join(PROGRAMS, 'rabbitmq-server'),
      args: () => [],
      env: environment,
      prepare: (folder) => {
        const files = {
          'rabbitmq.conf': [
            `listeners.tcp.default = 127.0.0.1:${port}`,
            `listeners.ssl.default = 127.0.0.1:${tlsPort}`,
            `ssl_options.certfile = ${join(folder, 'server.crt')}`,
            `ssl_options.keyfile = ${join(folder, 'server.key')}`,
            `ssl_options.cacertfile = ${join(folder, 'server.crt')}`,
            'ssl_options.verify = verify_none',
            ...(management ? ['management.tcp.ip = 127.0.0.1', `management.tcp.port = ${apiPort}`] : []),
            `default_user = ${username}`,
            `default_pass = ${password}`,
            'log.console = true',
          ].join('\n'),
          enabled_plugins: management ? '[rabbitmq_management].' : '[].',
          environment: '',
          'server.crt': TEST_CERTIFICATE,
          'server.key': TEST_KEY,
        };
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
      },
      ready: /Server startup complete/,
    });
    const env = { PATH: process.env.PATH, HOME: broker.folder, ...environment(broker.folder) };
    return {
      port,
      tlsPort,
      apiPort,
      outage: (millis) => broker.outage(millis),
      back: () => broker.back,
      evaluate: async (expression) => {
        const { stdout } = await promisify(execFile)(join(PROGRAMS, 'rabbitmqctl'), ['eval', expression], {
          env: { NODE_ENV: 'test', ...env },
        });
        return stdout.trim();
      },
      stop: async () => {
        await broker.stop();
        await mapper.stop();
      },
    };
  } catch (error) {
    await mapper.stop();
    throw error;
  }
}

/** RabbitMQ would start the port mapper of Erlang itself and leave it behind. */
const startMapper = (port: number) =>
  Software.start({
    program: 'epmd',
    args: () => ['-d', '-address', '127.0.0.1', '-port', `${port}`],
    ready: /epmd running/,
  });
