'use client';

import { useTranslations } from 'use-intl';
import type { FleetTenant } from '@/domain/view/fleet-view';
import classes from './fleet.module.css';

const HALF = 120;

/** What a cell stands for, above it; where it is moved to by keys it is read out. */
export function MapTooltip(props: {
  tenant: FleetTenant | null;
  shown: boolean;
  x: number;
  y: number;
  size: number;
  /** Of the map: it stays within. */
  width: number;
  announces: boolean;
}) {
  const { tenant, x, y, width } = props;
  const words = useTenantWords();
  const said = tenant && props.shown ? words(tenant) : null;
  const half = Math.min(HALF, width / 2);
  const middle = Math.min(Math.max(x, half), Math.max(half, width - half));
  return (
    <>
      {said && (
        <div
          className={classes.tooltip}
          aria-hidden="true"
          style={{ transform: `translate(calc(${middle}px - 50%), calc(${y - 6}px - 100%))` }}
        >
          <b>{said.name}</b>
          {said.lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </div>
      )}
      <div className={classes.unseen} role="status">
        {said && props.announces ? [said.name, ...said.lines].join(', ') : ''}
      </div>
    </>
  );
}

/** A tenant in words: who it is, what it runs, what it is in. */
function useTenantWords(): (tenant: FleetTenant) => { name: string; lines: string[] } {
  const t = useTranslations('fleet');
  return ({ tenantId, name, version, state, planId, frozen }) => ({
    name: name === null ? tenantId : `${name} (${tenantId})`,
    lines: [
      [version ?? '—', t(`state.${state}`), planId && t('map.plan', { plan: planId })]
        .filter(Boolean)
        .join(' · '),
      ...(frozen === null ? [] : [t('map.frozen', { name: frozen })]),
    ],
  });
}
