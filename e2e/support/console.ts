import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { call, type Running, startSwitchyard } from '@/server/testing/switchyard';

interface Account {
  email: string;
  password: string;
}

export const ADA: Account = { email: 'ada@example.com', password: 'correct horse battery' };
/** The first account, made by the environment. */
export const WITH_ADA = {
  SWITCHYARD_ADMIN_EMAIL: ADA.email,
  SWITCHYARD_ADMIN_PASSWORD: ADA.password,
};

/** The console that the stories of a file look at. */
export class Console {
  #running: Running | undefined;

  /** Starts a built program on an empty database before the first story, and ends it after the last. */
  static ofFile(program: 'server/main' | 'scripts/demo', env: Record<string, string>): Console {
    const console_ = new Console();
    let dataDir: string;
    test.beforeAll(async () => {
      dataDir = mkdtempSync(path.join(tmpdir(), 'switchyard-e2e-'));
      console_.#running = await startSwitchyard(program, { SWITCHYARD_DATA_DIR: dataDir, ...env });
    });
    test.afterAll(async () => {
      await console_.#running?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });
    return console_;
  }

  get running(): Running {
    if (!this.#running) throw new Error('The server is not running.');
    return this.#running;
  }

  /** Opens a page of it. */
  open = (page: Page, route: string) => page.goto(`${this.running.url}${route}`);
  act = <T>(procedure: string, input: object) => call<T>(this.running.url, procedure, 'mutation', input);
  ask = <T>(procedure: string, input: object) => call<T>(this.running.url, procedure, 'query', input);

  async signIn(page: Page, { email, password }: Account = ADA): Promise<void> {
    await this.open(page, '/login');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').first().fill(password);
    await page.locator('button[type=submit]').click();
    await expect(page).not.toHaveURL(/\/login/);
  }
}
