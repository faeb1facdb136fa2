import { expect, type Page, test } from '@playwright/test';
import { MailSink } from '@/server/notifications/testing/mail-sink';
import { Receiver } from '@/server/notifications/testing/receiver';
import { axeOn } from './support/accessibility';
import { Console, WITH_ADA } from './support/console';
import { PANEL_PORT } from './support/panel-port';

let receiver: Receiver;
let sink: MailSink;
// The mail server is there before the environment names it.
const mailPort = PANEL_PORT + 99;

const demo = Console.ofFile('scripts/demo', {
  ...WITH_ADA,
  DEMO_PANEL_PORT: String(PANEL_PORT),
  SWITCHYARD_SMTP_URL: `smtp://127.0.0.1:${mailPort}`,
  SWITCHYARD_SMTP_FROM: 'Switchyard <switchyard@example.com>',
});

test.beforeAll(async () => {
  receiver = await Receiver.start();
  receiver.answer = () => 200;
  sink = await MailSink.start({}, mailPort);
});
test.afterAll(async () => {
  await receiver.close();
  await sink.close();
});
test.beforeEach(async ({ page }) => {
  await demo.signIn(page);
  await demo.open(page, '/settings/notifications');
});

const dialog = (page: Page) => page.getByRole('dialog');

test('somebody has their chat told in words of their own, and sees them before they are sent', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Create notification…' }).click();
  const form = dialog(page);
  await form.getByLabel('Name').fill('On call');
  await form.getByLabel('URL').fill(`${receiver.url}/hook`);
  await form.getByLabel('Format').selectOption('DingTalk');
  await expect(form.getByLabel('Template')).toHaveValue(/msgtype/);
  await form.getByLabel('Template').fill('{"note": "{{tittle}}"}');
  await expect(form.getByLabel('Format')).toHaveValue('own');
  await expect(form.getByText('did you mean "title"?').first()).toBeVisible();
  await form.getByRole('button', { name: 'Create notification' }).click();
  await expect(form.getByLabel('Template')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Template').fill('{"note": "{{title}}"}');
  await form.getByText('Many together').click();
  await expect(form.getByRole('region', { name: 'Preview' })).toContainText('300 tenants failed');
  await form.getByLabel('The answer must contain').fill('thanks');
  // By the keyboard: the buttons below stay in view, over what is scrolled to.
  await form.getByRole('switch', { name: 'Quiet hours' }).press('Space');
  await form.getByLabel('Time zone').fill('Europe/Berlin');
  const { violations } = await axeOn(page).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  await form.getByRole('button', { name: 'Create notification' }).click();
  await form.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row', { name: /On call/ });
  await expect(row).toContainText('Your own');
  await row.getByRole('button', { name: /Send a test/ }).click();
  await expect(page.getByText('The test arrived')).toBeVisible();
  expect(receiver.received.map(({ body }) => JSON.parse(body))).toEqual([
    { note: 'PLN-0 (A test of this notification) completed' },
  ]);
});

test('somebody is told by e-mail, and sees in the log what came of it', async ({ page }) => {
  await page.getByRole('button', { name: 'Create notification…' }).click();
  const form = dialog(page);
  await form.getByText('E-mail', { exact: true }).click();
  await form.getByLabel('Name').fill('Night shift');
  await form.getByLabel('Recipients').fill('ops@example.com\nnobody');
  await form.getByRole('button', { name: 'Create notification' }).click();
  await expect(form.getByText('must be an e-mail address')).toBeVisible();
  await form.getByLabel('Recipients').fill('ops@example.com');
  await form.getByLabel('Put together').selectOption('Each at once');
  await form.getByRole('button', { name: 'Create notification' }).click();
  const row = page.getByRole('row', { name: /Night shift/ });
  await expect(row).toContainText('ops@example.com');
  await row.getByRole('button', { name: /Send a test/ }).click();
  await expect(page.getByText('The test arrived')).toBeVisible();
  await sink.until(1);

  await demo.act('plans.cancel', { planId: 'PLN-1', reason: 'Not tonight' });
  await sink.until(2);
  expect(sink.mails[1]?.read.subject).toMatch(/^\[Switchyard\] PLN-1 .* was cancelled$/);
  await row.getByRole('button', { name: /^Log/ }).click();
  await expect(dialog(page).getByText('Delivered')).toBeVisible();
  await expect(dialog(page).getByText('Answered 250')).toBeVisible();
});
