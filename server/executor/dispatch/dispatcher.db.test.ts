import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, connect } from '@/db/client';
import { createTestDatabase, type TestDatabase } from '@/db/testing/test-database';
import { type Dispatch, type Dispatcher, RunLeft } from './dispatcher';
import { LocalDispatcher } from './local';
import { PgBossDispatcher } from './pg-boss';

const A: Dispatch = { taskId: 'PLN-1.1', run: 1 };
const B: Dispatch = { taskId: 'PLN-1.2', run: 1 };
const silent = pino({ level: 'silent' });

/** A run as the handler got it; the test decides when and how it ends. */
interface Delivery {
  dispatch: Dispatch;
  signal: AbortSignal;
  end(): void;
  fail(error: Error): void;
}

/** Receives runs and lets a test wait for the n-th. */
class Inbox {
  readonly deliveries: Delivery[] = [];
  #arrived = () => {};

  readonly handler = (dispatch: Dispatch, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      this.deliveries.push({ dispatch, signal, end: resolve, fail: reject });
      this.#arrived();
    });

  async got(count: number): Promise<Delivery> {
    while (this.deliveries.length < count) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.deliveries[count - 1] as Delivery;
  }

  get names(): string[] {
    return this.deliveries.map(({ dispatch }) => `${dispatch.taskId}/${dispatch.run}`).sort();
  }
}

let database: TestDatabase;
let connection: Connection;
let dispatcher: Dispatcher;
let inbox: Inbox;
beforeEach(async () => {
  database = await createTestDatabase();
  connection = connect(database.url, 2);
  inbox = new Inbox();
});
afterEach(async () => {
  for (const delivery of inbox.deliveries) delivery.end();
  await dispatcher.stop(0);
  await connection.close();
  await database.drop();
});

describe.each([
  ['local', () => new LocalDispatcher()],
  ['pg-boss', () => new PgBossDispatcher(database.url, connection.db, 10, silent, () => true)],
] as const)('the %s dispatcher', (mode, make) => {
  beforeEach(async () => {
    dispatcher = make();
    await dispatcher.start(inbox.handler);
  });

  it('says what it is', () => expect(dispatcher.mode).toBe(mode));

  it('delivers every run once', async () => {
    await dispatcher.dispatch([A, B]);
    await inbox.got(2);
    expect(inbox.names).toEqual(['PLN-1.1/1', 'PLN-1.2/1']);
  });

  it('takes a run that is sent twice as one', async () => {
    await dispatcher.dispatch([A]);
    await dispatcher.dispatch([A]);
    await inbox.got(1);
    await dispatcher.dispatch([A, B]);
    await inbox.got(2);
    expect(inbox.names).toEqual(['PLN-1.1/1', 'PLN-1.2/1']);
  });

  it('delivers a later run of the same task again', async () => {
    await dispatcher.dispatch([A]);
    (await inbox.got(1)).end();
    const later = { ...A, run: 2 };
    // The first may take a moment to be over; the sweep asks until nobody has the task.
    while (inbox.deliveries.length < 2) {
      await dispatcher.dispatch(await dispatcher.lost([later]));
      await nextTurn();
    }
    expect(inbox.names).toEqual(['PLN-1.1/1', 'PLN-1.1/2']);
  });

  it('delivers a run again whose handler left it, at the latest when the sweep asks', async () => {
    await dispatcher.dispatch([A]);
    (await inbox.got(1)).fail(new RunLeft('somebody else'));
    while (inbox.deliveries.length < 2) {
      await dispatcher.dispatch(await dispatcher.lost([A]));
      await nextTurn();
    }
    expect(inbox.names).toEqual(['PLN-1.1/1', 'PLN-1.1/1']);
    expect(inbox.deliveries[1]?.signal.aborted).toBe(false);
  });

  it('names as lost exactly what nobody has', async () => {
    expect(await dispatcher.lost([])).toEqual([]);
    expect(await dispatcher.lost([A, B])).toEqual([A, B]);
    await dispatcher.dispatch([A]);
    expect(await dispatcher.lost([A, B])).toEqual([B]);
    await inbox.got(1);
    expect(await dispatcher.lost([A, B])).toEqual([B]);
  });

  it('lets a run end within the grace period, unaborted', async () => {
    await dispatcher.dispatch([A]);
    const delivery = await inbox.got(1);
    let over = false;
    const stopped = dispatcher.stop(600_000).then(() => {
      over = true;
    });
    // Many turns of the loop and answers of the database later it still waits.
    for (let turn = 0; turn < 20; turn += 1) await connection.sql`select 1`;
    expect([over, delivery.signal.aborted]).toEqual([false, false]);
    delivery.end();
    await stopped;
  });

  it('aborts what still runs after the grace period, and waits for it to let go', async () => {
    await dispatcher.dispatch([A]);
    const delivery = await inbox.got(1);
    let letGo = false;
    const aborted = once(delivery.signal, 'abort').then(() => {
      letGo = true;
      delivery.fail(new RunLeft('aborted'));
    });
    await dispatcher.stop(50);
    expect(letGo).toBe(true);
    await aborted;
  });
});
