'use client';

import {
  CircleDot,
  Database,
  Gauge,
  HeartPulse,
  Hourglass,
  type LucideIcon,
  Mail,
  Megaphone,
  Send,
  UserCheck,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { type Condition, conditionWords } from '@/domain/condition';
import type { StageDefinition, StepDefinition } from '@/domain/playbook';
import { type StageWhen, whenWords } from '@/domain/stage-when';
import classes from './playbook.module.css';
import { useConditionWords } from './use-condition-words';

type Words = ReturnType<typeof useTranslations<'playbooks.card'>>;

const ICONS: Record<string, LucideIcon> = {
  'config-update': Send,
  broadcast: Megaphone,
  'health-check': HeartPulse,
  'metric-gate': Gauge,
  sql: Database,
  amqp: Mail,
  wait: Hourglass,
  approval: UserCheck,
};

/** The stages from left to right, each with its steps from top to bottom. */
export function PlaybookStages({ stages }: { stages: readonly StageDefinition[] }) {
  return (
    <ol className={classes.stages}>
      {stages.map((stage, index) => (
        <li key={stage.name} className={classes.stage}>
          <div className={classes.head}>
            <span className={classes.number}>{index + 1}</span>
            <span className={classes.name}>{stage.name}</span>
          </div>
          {stage.when && <OnlyFor when={stage.when} />}
          <ul className={classes.steps}>
            {stage.steps.map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and the list never changes in place.
              <Step key={at} step={step} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function Step({ step }: { step: StepDefinition }) {
  const t = useTranslations('playbooks.card');
  const words = useConditionWords();
  const Icon = ICONS[step.type] ?? CircleDot;
  return (
    <li className={classes.step}>
      <Icon size={15} aria-hidden="true" />
      <div>
        <div>{step.name}</div>
        <div className={classes.detail}>
          {step.type}
          {detail(step, t)}
        </div>
        {typeof step.applied === 'object' && step.applied !== null && (
          <div className={classes.detail}>
            {t('confirmedWhen', { condition: conditionWords(step.applied as Condition, words) })}
          </div>
        )}
      </div>
    </li>
  );
}

function OnlyFor({ when }: { when: StageWhen }) {
  const t = useTranslations('playbooks.card');
  const say = useSay();
  return <div className={classes.when}>{t('onlyFor', { which: say(whenWords(when)) })}</div>;
}

/** The settings that tell one step of a kind from another. */
function detail(step: StepDefinition, t: Words): string {
  const request = step.request as { method?: string; url?: string } | undefined;
  const words = [
    request && [request.method, request.url].filter(Boolean).join(' '),
    typeof step.path === 'string' && step.path,
    typeof step.attempts === 'number' && t('attempts', { count: step.attempts }),
    typeof step.intervalSeconds === 'number' && t('every', { seconds: step.intervalSeconds }),
    typeof step.seconds === 'number' && t('waits', { seconds: step.seconds }),
  ].filter(Boolean);
  return words.map((word) => ` · ${word}`).join('');
}
