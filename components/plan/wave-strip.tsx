'use client';

import { useState } from 'react';
import { useFormatter, useLocale, useTranslations } from 'use-intl';
import { useRuleWords } from '@/components/live/policy-words';
import { useDatabaseClock, useFigures, usePlanStore, usePlanView } from '@/components/live/use-live-plan';
import { formatDuration } from '@/components/ui/duration';
import { gateAhead } from '@/domain/plan-gate';
import { WaveGate } from './wave-gate';
import { waveState } from './wave-state';
import classes from './wave-strip.module.css';

/**
 * The waves of a plan one after the other, how far each is, and what lies between them. The one place that tells of a wave
 * under way; on a phone the others are folded away.
 */
export function WaveStrip() {
  const t = useTranslations('plan.waves');
  const format = useFormatter();
  const locale = useLocale();
  const words = useRuleWords();
  const plan = usePlanView();
  const store = usePlanStore();
  const [unfolded, setUnfolded] = useState(false);
  // Looks again as they go on.
  useFigures();
  const waves = Array.from({ length: plan.lastWave + 1 }, (_, wave) => wave);
  return (
    <div className={classes.strip} data-unfolded={unfolded || undefined}>
      <ol className={classes.waves} aria-label={t('label')}>
        {waves.map((wave) => {
          const tally = store.wave(wave);
          const { inWave, rested, failed } = tally;
          const state = waveState(plan, wave, tally);
          const { bakeSeconds: bake = 0, gate = null } = plan.waves[wave] ?? {};
          const measured = plan.gate?.wave === wave ? plan.gate : null;
          return (
            <li
              key={wave}
              className={classes.wave}
              data-state={state}
              aria-current={wave === plan.wave ? 'step' : undefined}
            >
              <span className={classes.name}>
                <b data-numbers>{wave + 1}</b>
                <bdi>{words.wave(plan.waves, wave)}</bdi>
              </span>
              <span className={classes.progress} aria-hidden="true">
                <span style={{ width: `${inWave === 0 ? 0 : (rested / inWave) * 100}%` }} />
                <span data-failed style={{ width: `${inWave === 0 ? 0 : (failed / inWave) * 100}%` }} />
              </span>
              <span className={classes.about}>
                {state === 'baking' && plan.bakeUntil ? (
                  <Countdown until={plan.bakeUntil} measures={gateAhead(plan.waves, plan) !== null} />
                ) : (
                  <span className={classes.state}>{t(state)}</span>
                )}{' '}
                <span data-numbers>
                  {t('done', { done: format.number(rested), all: format.number(inWave) })}
                  {failed > 0 && t('failed', { failed: format.number(failed) })}
                  {bake > 0 &&
                    state !== 'baking' &&
                    state !== 'over' &&
                    wave < plan.lastWave &&
                    t('bake', { length: formatDuration(bake * 1000, locale) })}
                  {state === 'baking' && !plan.halted && t('hold')}
                </span>
              </span>
              {gate && (state === 'baking' || measured) && <WaveGate gate={gate} measured={measured} />}
            </li>
          );
        })}
      </ol>
      <button
        type="button"
        className={classes.fold}
        aria-expanded={unfolded}
        onClick={() => setUnfolded(!unfolded)}
      >
        {t('of', { wave: plan.wave + 1, waves: waves.length })}
      </button>
    </div>
  );
}

/** How long the wave is still watched before the next one starts; `measures`: its gate is waited for as well. */
function Countdown({ until, measures }: { until: string; measures: boolean }) {
  const t = useTranslations('plan.waves');
  const locale = useLocale();
  const left = Math.max(0, Date.parse(until) - useDatabaseClock());
  return (
    <span className={classes.state} role="timer">
      {left === 0
        ? t(measures ? 'measuring' : 'nextNow')
        : t('nextIn', { length: formatDuration(Math.ceil(left / 1000) * 1000, locale) })}
    </span>
  );
}
