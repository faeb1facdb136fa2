import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';
import { MeasuredCurve } from '@/components/ui/measured-curve';
import { gateEnd } from '@/domain/metric-gate';
import type { WaveGate as Gate, WaveMeasurements } from '@/domain/wave';
import classes from './wave-strip.module.css';

/** What was measured of a wave that finished, and what that comes to. */
export function WaveGate({ gate, measured }: { gate: Gate; measured: WaveMeasurements | null }) {
  const t = useTranslations('plan.waves.gate');
  const say = useSay();
  const end = measured && gateEnd(gate, measured);
  if (!measured) return <span className={classes.gate}>{t('waits', { count: gate.measurements })}</span>;
  return (
    <span className={classes.gate} data-end={end ?? undefined}>
      <span>
        {/* Of one that did not pass the banner says why. */}
        {t(end ?? 'measured', {
          ...{ count: measured.measured, of: gate.measurements },
          told: say(measured.told),
        })}
      </span>
      <MeasuredCurve
        points={measured.points.map(({ at, verdict, ...numbers }) => ({
          ...numbers,
          key: at,
          failed: verdict === 'failed',
        }))}
      />
    </span>
  );
}
