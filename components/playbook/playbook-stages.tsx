import { CircleDot, HeartPulse, type LucideIcon, Megaphone, Send } from 'lucide-react';
import type { StageDefinition, StepDefinition } from '@/domain/playbook';
import classes from './playbook.module.css';

const ICONS: Record<string, LucideIcon> = {
  'config-update': Send,
  broadcast: Megaphone,
  'health-check': HeartPulse,
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
          {stage.when && <div className={classes.when}>{condition(stage.when)}</div>}
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
  const Icon = ICONS[step.type] ?? CircleDot;
  return (
    <li className={classes.step}>
      <Icon size={15} aria-hidden="true" />
      <div>
        <div>{step.name}</div>
        <div className={classes.detail}>
          {step.type}
          {detail(step)}
        </div>
      </div>
    </li>
  );
}

function condition(when: NonNullable<StageDefinition['when']>): string {
  const parts = [
    when.equals !== undefined && `is ${when.equals || 'empty'}`,
    when.notEquals !== undefined && `is not ${when.notEquals || 'empty'}`,
  ].filter(Boolean);
  return `Only where ${when.label} ${parts.join(' and ')}`;
}

/** The settings that tell one step of a kind from another. */
function detail(step: StepDefinition): string {
  const request = step.request as { method?: string; url?: string } | undefined;
  const words = [
    request && [request.method, request.url].filter(Boolean).join(' '),
    typeof step.path === 'string' && step.path,
    typeof step.attempts === 'number' && `${step.attempts} attempts`,
    typeof step.intervalSeconds === 'number' && `every ${step.intervalSeconds} s`,
  ].filter(Boolean);
  return words.map((word) => ` · ${word}`).join('');
}
