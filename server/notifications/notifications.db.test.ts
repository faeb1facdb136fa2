import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { parseMailServer } from './mail-settings';
import { MailSink, smtpError } from './testing/mail-sink';
import { failed, NotificationWorld, stored } from './testing/notification-world';
import { signatureHolds } from './testing/receiver';
import { listDeliveries, listWebhooks, updateWebhook } from './webhooks';

const world = NotificationWorld.forTests();

describe('a notification', () => {
  it('reaches every webhook that wants it, signed with its secret, and says nothing of what was sent or answered', async () => {
    const news = await world.startNode();
    const all = await world.aWebhook('/all');
    const plans = await world.aWebhook('/plans', { topics: ['planFinished'] });
    await world.aWebhook('/off', { enabled: false });
    await world.store('TaskFailed', failed(), 'acme');
    await world.store('TaskPaused', { by: 'executor', heldBy: 'approval', currentStage: 'Approve' }, 'acme');
    await world.store('TaskPaused', { by: 'op', heldBy: 'operator', currentStage: 'Config' }, 'acme');
    await world.store('PlanHalted', { by: 'policy', reason: '3 tenants failed.' });
    await world.store('PlanPartiallyFailed', { failed: 1, completed: 4 });
    news.publish([world.planId]);
    await world.receiver.until(5);

    const bodies = world.receiver.at('/all').map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ topic, text }) => [topic, text]).sort()).toEqual([
      [
        'approvalNeeded',
        `acme waits for an approval in stage Approve. It belongs to ${world.planId} (Amber <rollout>).`,
      ],
      ['planFinished', `${world.planId} (Amber <rollout>) finished with failures: 1 failed, 4 switched.`],
      [
        'planHalted',
        `${world.planId} (Amber <rollout>) was halted by policy: 3 tenants failed. No further tenant starts until somebody resumes the plan.`,
      ],
      [
        'taskFailed',
        `acme failed in stage Config at a-1: BUSINESS HTTP_500. It belongs to ${world.planId} (Amber <rollout>).`,
      ],
    ]);
    expect(world.receiver.at('/plans').map(({ body }) => JSON.parse(body).kind)).toEqual([
      'PlanPartiallyFailed',
    ]);
    expect(world.receiver.at('/off')).toEqual([]);
    for (const one of world.receiver.at('/all')) {
      expect(signatureHolds(one, all.secret ?? '')).toBe(true);
      expect(signatureHolds(one, plans.secret ?? '')).toBe(false);
      expect(signatureHolds({ ...one, body: `${one.body} ` }, all.secret ?? '')).toBe(false);
    }
    expect(world.receiver.received.map(({ body }) => body).join()).not.toContain('hunter2');
    expect(new Set(world.receiver.received.map(({ headers }) => headers['switchyard-delivery'])).size).toBe(
      5,
    );
    expect(bodies[0].url).toBe(`https://switchyard.example.com/plans/${world.planId}`);
  });

  it('tells those who may grant it that somebody asks to override a freeze', async () => {
    const news = await world.startNode();
    await world.aWebhook('/approvers', { topics: ['planUnapproved'] });
    const until = '2026-12-24T06:00:00.000Z';
    await world.store('FreezeOverrideAsked', { by: 'Ann', until, reason: 'A leak', needs: 2 });
    await world.store('FreezeOverrideGranted', { by: 'Bob', until, reason: 'A leak', given: 2, needs: 2 });
    news.publish([world.planId]);
    await world.receiver.until(1);
    const bodies = world.receiver.at('/approvers').map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ text }) => text)).toEqual([
      `${world.planId} (Amber <rollout>) waits for an override of freezes until ${until}, which Ann asks for (“A leak”). It takes 2 to approve it.`,
    ]);
  });

  it('is written for Slack where that is wanted', async () => {
    const news = await world.startNode();
    await world.aWebhook('/slack', { format: 'slack' });
    await world.store('PlanCompleted', { completed: 5 });
    news.publish([world.planId]);
    await world.receiver.until(1);
    const [one] = world.receiver.received;
    const { text, blocks } = JSON.parse(one?.body ?? '');
    expect(text).toBe(`${world.planId} (Amber &lt;rollout&gt;) completed: 5 tenants switched.`);
    expect(blocks[0].text).toEqual({
      type: 'mrkdwn',
      text: `${world.planId} (Amber &lt;rollout&gt;) completed: 5 tenants switched.`,
    });
  });

  it('is tried again until it is taken', async () => {
    const ends = stored(3);
    const news = await world.startNode({ attempted: ends.attempted });
    world.receiver.answer = (_one, times) => (times < 3 ? 500 : 200);
    await world.aWebhook('/flaky');
    await world.store('PlanCompleted', { completed: 1 });
    news.publish([world.planId]);
    await ends.all();
    expect(new Set(world.receiver.received.map(({ headers }) => headers['switchyard-delivery'])).size).toBe(
      1,
    );
    const [delivery] = (await listDeliveries(world.db, { limit: 10 })).items;
    expect(delivery).toMatchObject({ attempts: 3, lastStatus: 200, lastError: null, gaveUpAt: null });
    expect(delivery?.deliveredAt).toBeInstanceOf(Date);
    expect(delivery?.results.map(({ ok, status }) => [ok, status])).toEqual([
      [false, 500],
      [false, 500],
      [true, 200],
    ]);
  });

  it('is given up after the limit, in words that say why', async () => {
    const ends = stored(6);
    const news = await world.startNode({ attempted: ends.attempted });
    world.receiver.answer = () => 500;
    await world.aWebhook('/broken');
    await world.aWebhook('/metadata', { url: 'http://169.254.169.254/latest' });
    await world.store('PlanCompleted', { completed: 1 });
    news.publish([world.planId]);
    await ends.all();
    const { items: deliveries } = await listDeliveries(world.db, { limit: 10 });
    expect(deliveries.map(({ attempts, gaveUpAt }) => [attempts, gaveUpAt !== null])).toEqual([
      [3, true],
      [3, true],
    ]);
    expect(deliveries.map(({ lastError }) => lastError).sort()).toEqual([
      expect.stringContaining('169.254.169.254:80 was not called'),
      'The receiver answered 500.',
    ]);
    expect(world.receiver.received).toHaveLength(3);
    expect(
      (await listWebhooks(world.db, world.secretBox, { limit: 10 })).items.map(
        ({ lastDelivery }) => lastDelivery?.state,
      ),
    ).toEqual(['gaveUp', 'gaveUp']);
  });

  it('is sent once although several nodes look, and again looked for after a crash', async () => {
    const news = [await world.startNode(), await world.startNode(), await world.startNode()];
    await world.aWebhook('/one');
    for (let count = 0; count < 20; count += 1) {
      await world.store('TaskFailed', failed(`E${count}`), 'acme');
      for (const one of news) one.publish([world.planId]);
    }
    await world.receiver.until(20);
    // Looking everything through once more finds nothing: what was looked at is remembered with the deliveries.
    const [again] = await world.db.execute<{ n: number }>(
      sql`select collect_notifications(null) + make_notifications('{}') as n`,
    );
    expect(again?.n).toBe(0);
    expect(world.receiver.received).toHaveLength(20);
    expect(new Set(world.receiver.received.map(({ body }) => JSON.parse(body).eventId)).size).toBe(20);
    expect((await listDeliveries(world.db, { limit: 10 })).total).toBe(20);
  });

  it('is delivered by whoever comes next when the process that made it is gone', async () => {
    await world.aWebhook('/later');
    await world.store('PlanCompleted', { completed: 1 });
    await world.db.execute(sql`select collect_notifications(null)`);
    await world.startNode();
    await world.receiver.until(1);
  });

  it('tells a new or reopened webhook nothing of the past', async () => {
    const news = await world.startNode();
    await world.store('PlanFailed', { reason: 'before' });
    const { webhook } = await world.aWebhook('/new');
    await updateWebhook(world.db, world.secretBox, webhook.webhookId, { enabled: false });
    await world.store('PlanFailed', { reason: 'while it was off' });
    await world.db.execute(sql`select collect_notifications(null)`);
    await updateWebhook(world.db, world.secretBox, webhook.webhookId, { enabled: true });
    await world.store('PlanFailed', { reason: 'now' });
    news.publish([world.planId]);
    await world.receiver.until(1);
    expect(world.receiver.received.map(({ body }) => JSON.parse(body).details.reason)).toEqual(['now']);
  });
});

describe('an e-mail', () => {
  it('is sent by the same jobs, again to those who did not get it, and is in the same log', async () => {
    const sink = await MailSink.start();
    let times = 0;
    sink.refuse = (address) => (address.startsWith('grey') && times++ === 0 ? smtpError(451, 'later') : null);
    const ends = stored(2);
    const mail = {
      ...parseMailServer(`smtp://127.0.0.1:${sink.port}`),
      from: { name: '', address: 'sy@example.com' },
    };
    const news = await world.startNode({ mail, attempted: ends.attempted });
    const { webhook, secret } = await world.anEmail(['ops@example.com', 'grey@example.com']);
    expect([secret, webhook.url, webhook.recipients]).toEqual([
      null,
      '',
      ['ops@example.com', 'grey@example.com'],
    ]);
    await world.store('TaskFailed', failed(), 'acme');
    news.publish([world.planId]);
    await ends.all();
    expect(sink.mails.map(({ to }) => to)).toEqual([['ops@example.com'], ['grey@example.com']]);
    const [delivery] = (await listDeliveries(world.db, { limit: 10 })).items;
    expect(delivery).toMatchObject({ attempts: 2, lastStatus: 250, lastError: null, count: 1 });
    expect(delivery?.results).toMatchObject([{ ok: false, left: ['grey@example.com'] }, { ok: true }]);
    // What is stored names nobody.
    const [kept] = await world.db.execute<{ url: string }>(sql`select url from webhook`);
    expect(kept?.url).not.toContain('example');
    await sink.close();
  });

  it('that the server refuses for good is given up at once', async () => {
    const sink = await MailSink.start();
    sink.refuse = () => smtpError(550, 'no such user');
    const ends = stored(1);
    const mail = {
      ...parseMailServer(`smtp://127.0.0.1:${sink.port}`),
      from: { name: '', address: 'sy@example.com' },
    };
    const news = await world.startNode({ mail, attempted: ends.attempted });
    await world.anEmail(['gone@example.com']);
    await world.store('PlanCompleted', { completed: 1 });
    news.publish([world.planId]);
    await ends.all();
    const [delivery] = (await listDeliveries(world.db, { limit: 10 })).items;
    expect(delivery).toMatchObject({ attempts: 1, lastStatus: 550 });
    expect(delivery?.gaveUpAt).toBeInstanceOf(Date);
    await sink.close();
  });
});

describe('an answer of 200 with an error inside', () => {
  it('is no delivery, and is told without what is secret', async () => {
    const ends = stored(3);
    const news = await world.startNode({ attempted: ends.attempted });
    world.receiver.answer = () => 200;
    world.receiver.says = ({ path }) =>
      `{"errcode": 310000, "errmsg": "sign not match for SECret-of-ours at ${path}"}`;
    await world.aWebhook('/robot?access_token=tokentoken', {
      format: 'dingtalkSigned',
      secret: 'SECret-of-ours',
    });
    await world.store('PlanCompleted', { completed: 1 });
    news.publish([world.planId]);
    await ends.all();
    const [delivery] = (await listDeliveries(world.db, { limit: 10 })).items;
    expect(delivery?.gaveUpAt).toBeInstanceOf(Date);
    expect(delivery?.lastError).toMatch(
      /^The receiver answered 200, but not what counts as taken: .*310000.*sign not match/,
    );
    expect(delivery?.lastError).not.toMatch(/SECret-of-ours|tokentoken/);
  });
});
