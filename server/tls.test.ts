import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvError } from './env';
import { TEST_CERTIFICATE, TEST_KEY } from './steps/testing/test-certificate';
import { RENEWED_CERTIFICATE, RENEWED_KEY } from './testing/renewed-certificate';
import { createTlsServer, type TlsServer } from './tls';

let folder: string;
let open: TlsServer[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'switchyard-tls-'));
  open = [];
});
afterEach(async () => {
  for (const { http, close } of open) {
    await close();
    http.closeAllConnections();
    http.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string) => path.join(folder, name);
const files = () => ({ certificate: file('cert.pem'), key: file('key.pem') });
const silent = pino({ level: 'silent' });

function write(certificate: string, key: string): void {
  writeFileSync(file('cert.pem'), certificate);
  writeFileSync(file('key.pem'), key);
}

describe('a broken pair is refused at the start', () => {
  it.each([
    ['no certificate', 'a letter', TEST_KEY, 'SWITCHYARD_TLS_CERT', 'holds no certificate in PEM'],
    ['no key', TEST_CERTIFICATE, TEST_CERTIFICATE, 'SWITCHYARD_TLS_KEY', 'holds no private key in PEM'],
    [
      'the key of another',
      TEST_CERTIFICATE,
      RENEWED_KEY,
      'SWITCHYARD_TLS_KEY',
      'is not the key of the first certificate in',
    ],
  ])('%s', (_what, certificate, key, variable, message) => {
    write(certificate, key);
    expect(() => createTlsServer(files(), silent)).toThrow(EnvError);
    expect(() => createTlsServer(files(), silent)).toThrow(new RegExp(`${variable} .*${message}`));
  });

  it('files that are not there', () => {
    expect(() => createTlsServer(files(), silent)).toThrow(
      /SWITCHYARD_TLS_CERT .*cert\.pem cannot be read \(ENOENT\)/,
    );
  });
});

describe('a renewed pair', () => {
  it('is taken up when it is whole, for those who connect from then on, without being told', async () => {
    write(TEST_CERTIFICATE, TEST_KEY);
    const lines = new EventEmitter();
    const said: string[] = [];
    const heard = (line: string) => {
      said.push((JSON.parse(line) as { msg: string }).msg);
      lines.emit('line');
    };
    const log = pino({}, { write: heard });
    const hears = async (what: RegExp) => {
      while (!said.some((one) => what.test(one))) await once(lines, 'line');
    };
    const server = createTlsServer(files(), log, 20);
    open.push(server);
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    expect(await subject(server)).toBe('Switchyard test authority');

    writeFileSync(file('cert.pem'), RENEWED_CERTIFICATE);
    await hears(/was not renewed, the one before stays: SWITCHYARD_TLS_KEY/);
    expect(await subject(server)).toBe('Switchyard test authority');
    writeFileSync(file('key.pem'), RENEWED_KEY);
    await hears(/^The certificate was renewed$/);
    expect(await subject(server)).toBe('Switchyard renewed');
  });
});

/** Whom the server says to be. */
function subject({ http }: TlsServer): Promise<string | undefined> {
  const { port } = http.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const name = socket.getPeerCertificate().subject.CN;
      socket.destroy();
      resolve(Array.isArray(name) ? name[0] : name);
    });
    socket.once('error', reject);
  });
}
