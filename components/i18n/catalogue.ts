import type { Locale } from './locale';
import { actions } from './messages/actions';
import { audit } from './messages/audit';
import { auth } from './messages/auth';
import { diff } from './messages/diff';
import { executor } from './messages/executor';
import { fleet } from './messages/fleet';
import { form } from './messages/form';
import { matrix } from './messages/matrix';
import { newPlan } from './messages/new-plan';
import { outcomes } from './messages/outcomes';
import { palette } from './messages/palette';
import { plan } from './messages/plan';
import { planPage } from './messages/plan-page';
import { plans } from './messages/plans';
import { playbooks } from './messages/playbooks';
import { rules } from './messages/rules';
import { secondFactor } from './messages/second-factor';
import { settings } from './messages/settings';
import { shell } from './messages/shell';
import { statusPage } from './messages/status-page';
import { table } from './messages/table';
import { task } from './messages/task';
import { tenants } from './messages/tenants';
import { ui } from './messages/ui';
import { versions } from './messages/versions';

/** Everything the console can say in one language. Imported on the server; the browser is sent one language. */
export function messagesFor(locale: Locale) {
  return {
    actions: actions[locale],
    audit: audit[locale],
    auth: auth[locale],
    diff: diff[locale],
    executor: executor[locale],
    fleet: fleet[locale],
    form: form[locale],
    matrix: matrix[locale],
    newPlan: newPlan[locale],
    outcomes: outcomes[locale],
    palette: palette[locale],
    plan: plan[locale],
    planPage: planPage[locale],
    plans: plans[locale],
    playbooks: playbooks[locale],
    rules: rules[locale],
    secondFactor: secondFactor[locale],
    settings: settings[locale],
    shell: shell[locale],
    statusPage: statusPage[locale],
    table: table[locale],
    task: task[locale],
    tenants: tenants[locale],
    ui: ui[locale],
    versions: versions[locale],
  };
}

export type Messages = ReturnType<typeof messagesFor>;

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
