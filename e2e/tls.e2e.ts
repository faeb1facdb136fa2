import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'node:tls';
import { expect, test } from '@playwright/test';
import { io } from 'socket.io-client';
import { Agent, request } from 'undici';
import { makeScratchFolder } from '@/db/testing/scratch';
import { TEST_CERTIFICATE, TEST_KEY } from '@/server/steps/testing/test-certificate';
import { RENEWED_CERTIFICATE, RENEWED_KEY } from '@/server/testing/renewed-certificate';
import { API_KEY, type Running, startSwitchyard } from '@/server/testing/switchyard';

const PASSWORD = 'correct horse battery staple';
let folder: string;
const trusting = new Agent({ connect: { ca: [TEST_CERTIFICATE, RENEWED_CERTIFICATE] } });
let server: Running | undefined;

test.beforeAll(() => {
  folder = makeScratchFolder();
});

test.afterAll(async () => {
  await trusting.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string) => path.join(folder, name);

function write(certificate: string, key: string): void {
  writeFileSync(file('cert.pem'), certificate);
  writeFileSync(file('key.pem'), key);
}

const start = () =>
  startSwitchyard('server/main', {
    SWITCHYARD_DATA_DIR: file('data'),
    SWITCHYARD_TLS_CERT: file('cert.pem'),
    SWITCHYARD_TLS_KEY: file('key.pem'),
    SWITCHYARD_ADMIN_EMAIL: 'ops@example.com',
    SWITCHYARD_ADMIN_PASSWORD: PASSWORD,
  });

test('it speaks TLS itself, with Secure cookies and live sockets, and takes up a renewed certificate', async () => {
  write(TEST_CERTIFICATE, RENEWED_KEY);
  await expect(start()).rejects.toThrow(
    /SWITCHYARD_TLS_KEY \S+key\.pem is not the key of the first certificate in \S+cert\.pem/,
  );

  write(TEST_CERTIFICATE, TEST_KEY);
  server = await start();
  const url = new URL(server.url);
  url.protocol = 'https:';

  await test.step('pages and API are answered over TLS alone, and browsers are told to keep to it', async () => {
    const page = await request(new URL('/login', url), { dispatcher: trusting });
    expect(page.statusCode).toBe(200);
    expect(page.headers['strict-transport-security']).toMatch(/max-age=/);
    await page.body.dump();
    await expect(fetch(`${server?.url}/healthz`)).rejects.toThrow();
  });

  await test.step('who signs in gets a cookie for TLS alone', async () => {
    const answer = await request(new URL('/api/auth/sign-in/email', url), {
      ...{ method: 'POST', dispatcher: trusting },
      headers: { 'content-type': 'application/json', origin: url.origin },
      body: JSON.stringify({ email: 'ops@example.com', password: PASSWORD }),
    });
    expect(answer.statusCode).toBe(200);
    const cookies = [answer.headers['set-cookie'] ?? []].flat();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) expect(cookie).toMatch(/; Secure(;|$)/);
    await answer.body.dump();
  });

  await test.step('live pages come by wss', async () => {
    const socket = io(new URL('/live', url).href, {
      ...{ transports: ['websocket'], reconnection: false, ca: TEST_CERTIFICATE },
      extraHeaders: { authorization: `Bearer ${API_KEY}` },
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    socket.close();
  });

  await test.step('a renewed one is taken up on SIGHUP, without a restart', async () => {
    expect(await subject(url)).toBe('Switchyard test authority');
    write(RENEWED_CERTIFICATE, RENEWED_KEY);
    server?.process.kill('SIGHUP');
    await server?.said(/"The certificate was renewed"/);
    expect(await subject(url)).toBe('Switchyard renewed');
  });
});

/** Whom the server says to be. */
function subject({ hostname, port }: URL): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subject.CN);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
