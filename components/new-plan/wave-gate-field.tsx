'use client';

import { NativeSelect, Switch, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { NumberField } from '@/components/form/number-field';
import { ORDERED, type Ordered } from '@/domain/condition';
import { type DraftGate, USUAL_GATE } from './draft';
import classes from './new-plan.module.css';

/** Whether a wave is judged by a number before the next one starts, and by which. */
export function WaveGateField(props: {
  /** Of the wave, from 1. */
  number: number;
  gate: DraftGate | null;
  onChange: (gate: DraftGate | null) => void;
}) {
  const { number, gate, onChange } = props;
  const t = useTranslations('newPlan.waves.gate');
  const change = (part: Partial<DraftGate>) => onChange({ ...(gate ?? USUAL_GATE), ...part });
  return (
    <div className={classes.gate}>
      <Switch
        size="sm"
        label={t('has', { number })}
        checked={gate !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? USUAL_GATE : null)}
      />
      {gate && (
        <div className={classes.gateFields}>
          <TextInput
            className={classes.wide}
            label={t('url')}
            description={t('urlHint', { tenants: '{{wave.tenants}}', version: '{{config.version}}' })}
            placeholder="https://prometheus.example/api/v1/query?query=…"
            value={gate.url}
            onChange={(event) => change({ url: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('limit')}
            value={gate.limit}
            data={ORDERED.map((value) => ({ value, label: t(`limits.${value}`) }))}
            onChange={(event) => change({ limit: event.currentTarget.value as Ordered })}
          />
          <TextInput
            label={t('bound')}
            placeholder="0.01"
            value={gate.bound}
            onChange={(event) => change({ bound: event.currentTarget.value })}
          />
          <TextInput
            className={classes.wide}
            label={t('baseline')}
            description={t('baselineHint', { baseline: '{{data.baseline}}' })}
            value={gate.baselineUrl}
            onChange={(event) => change({ baselineUrl: event.currentTarget.value })}
          />
          <TextInput
            label={t('json')}
            placeholder="data.result[0].value[1]"
            value={gate.json}
            onChange={(event) => change({ json: event.currentTarget.value })}
          />
          <NumberField
            label={t('measurements')}
            min={1}
            max={1000}
            allowDecimal={false}
            value={gate.measurements}
            onNumber={(measurements) => change({ measurements })}
          />
          <NumberField
            label={t('every')}
            min={1}
            max={3600}
            value={gate.everySeconds}
            onNumber={(everySeconds) => change({ everySeconds })}
          />
          <NumberField
            label={t('failures')}
            min={0}
            max={1000}
            allowDecimal={false}
            value={gate.failureLimit}
            onNumber={(failureLimit) => change({ failureLimit })}
          />
          <NativeSelect
            label={t('otherwise')}
            value={gate.otherwise}
            data={(['halt', 'rollback'] as const).map((value) => ({ value, label: t(value) }))}
            onChange={(event) => change({ otherwise: event.currentTarget.value as DraftGate['otherwise'] })}
          />
        </div>
      )}
    </div>
  );
}
