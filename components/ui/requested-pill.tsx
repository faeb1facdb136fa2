'use client';

import { useTranslations } from 'use-intl';
import type { RequestKind, Resolution } from '@/domain/task';
import { RelativeTime } from './relative-time';
import classes from './requested-pill.module.css';

/**
 * What an operator asked for and cannot have yet, shown beside the confirmed status and never instead of it:
 * who asked, when, and what it waits for.
 */
export function RequestedPill(props: {
  kind: RequestKind | 'approve' | 'reject' | Resolution;
  by: string;
  /** Null until it is known. */
  at: Date | number | string | null;
  /** Such as "stops after stage 2 of 3 (~40 s)". */
  waitsFor?: string;
  /** Absent where the viewer may not withdraw it. */
  onWithdraw?: () => void;
  /** The withdrawal was sent and is not confirmed yet. */
  withdrawing?: boolean;
}) {
  const t = useTranslations('ui.request');
  return (
    <span className={classes.pill}>
      <span className={classes.text}>
        {t(props.kind, { who: props.by })}
        {props.waitsFor && `, ${props.waitsFor}`}
        {props.at !== null && (
          <span className={classes.when}>
            <RelativeTime at={props.at} />
          </span>
        )}
      </span>
      {props.onWithdraw && (
        <button
          type="button"
          className={classes.withdraw}
          aria-disabled={props.withdrawing || undefined}
          onClick={() => {
            if (!props.withdrawing) props.onWithdraw?.();
          }}
        >
          {t('withdraw')}
        </button>
      )}
    </span>
  );
}
