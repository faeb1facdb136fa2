'use client';

import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useLocale, useTranslations } from 'use-intl';
import { formatDuration } from '@/components/ui/duration';
import { StoredValues } from '@/components/ui/stored-values';
import classes from './attempts.module.css';
import { type Call, sizeText, type Told } from './call-record';
import { curlOf } from './curl';
import type { Span } from './step-runs';

/** One call as a bar in the time of its step; opened, what was sent beside what came. */
export function CallRow(props: { number: number; call: Call; span: Span | undefined }) {
  const { number, call, span } = props;
  const t = useTranslations('task.attempts');
  const locale = useLocale();
  const copy = useClipboard();
  const { instance, ok, millis, status, request, response, rest } = call;
  const [method = ''] = request.line.split(' ');
  return (
    <details className={classes.call} data-failed={!ok || undefined}>
      <summary>
        <span className={classes.who}>
          {instance ?? t('tenant')} <span className={classes.small}>{method}</span>
        </span>
        <span className={classes.status}>{status ?? t(ok ? 'noStatus' : 'noAnswer')}</span>
        <span className={classes.track} aria-hidden="true">
          {span && (
            <span
              className={classes.bar}
              style={{ left: `${span.left.toFixed(2)}%`, width: `${Math.max(1, span.width).toFixed(2)}%` }}
            />
          )}
        </span>
        <span className={classes.numbers}>
          {millis !== null && formatDuration(millis, locale)}
          {request.line !== '' &&
            ` · ${t('sizes', { sent: sizeText(request), received: sizeText(response) })}`}
        </span>
      </summary>
      <div className={classes.halves}>
        {request.line !== '' && <Half title={t('request')} told={request} />}
        <Half title={t('response')} told={{ ...response, line: status ?? '' }} />
      </div>
      <StoredValues values={Object.entries(rest)} size="xs" className={classes.code} scrolls />
      {request.line !== '' && (
        <div className={classes.copy}>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('copyOf', { number })}
            onClick={() => copy.copy(curlOf(request))}
          >
            {copy.copied ? t('copied') : t('copy')}
          </Button>
        </div>
      )}
    </details>
  );
}

function Half({ title, told }: { title: string; told: Told }) {
  const t = useTranslations('task.attempts');
  const head = [told.line, ...told.headers.map(([name, value]) => `${name}: ${value}`)]
    .filter((line) => line !== '')
    .join('\n');
  return (
    <div>
      <div className={classes.small}>{title}</div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable to be scrolled with keys. */}
      <pre className={classes.code} tabIndex={0}>
        {head}
        {head !== '' && told.body !== '' && '\n\n'}
        {told.body}
      </pre>
      {told.cut && <div className={classes.small}>{t('cut')}</div>}
    </div>
  );
}
