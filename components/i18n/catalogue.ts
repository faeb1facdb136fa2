import type { Locale } from './locale';
import { actions } from './messages/actions';
import { auth } from './messages/auth';
import { diff } from './messages/diff';
import { fleet } from './messages/fleet';
import { newPlan } from './messages/new-plan';
import { outcomes } from './messages/outcomes';
import { palette } from './messages/palette';
import { plan } from './messages/plan';
import { plans } from './messages/plans';
import { playbooks } from './messages/playbooks';
import { shell } from './messages/shell';
import { statusPage } from './messages/status-page';
import { task } from './messages/task';
import { ui } from './messages/ui';

/** Everything the console can say in one language. Imported on the server; the browser is sent one language. */
export function messagesFor(locale: Locale) {
  return {
    actions: actions[locale],
    auth: auth[locale],
    diff: diff[locale],
    fleet: fleet[locale],
    newPlan: newPlan[locale],
    outcomes: outcomes[locale],
    palette: palette[locale],
    plan: plan[locale],
    plans: plans[locale],
    playbooks: playbooks[locale],
    shell: shell[locale],
    statusPage: statusPage[locale],
    task: task[locale],
    ui: ui[locale],
  };
}

export type Messages = ReturnType<typeof messagesFor>;

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
