'use client';

import { UnstyledButton, type UnstyledButtonProps } from '@mantine/core';
import { ChevronsUpDown } from 'lucide-react';
import type { ComponentPropsWithRef } from 'react';
import { useTranslations } from 'use-intl';
import { inWords, type LimitedTo } from '@/domain/limited-to';
import classes from './account-menu.module.css';

/** Who is signed in, as far as the screen needs to know. */
export type Viewer = {
  name: string;
  email?: string;
  role: 'viewer' | 'operator' | 'admin';
  limitedTo: LimitedTo | null;
};

/** The person. */
export function AccountButton({
  viewer,
  className = '',
  ...button
}: UnstyledButtonProps & ComponentPropsWithRef<'button'> & { viewer: Viewer }) {
  const t = useTranslations('shell');
  return (
    // Whoever makes it open something adds a class of its own.
    <UnstyledButton className={`${classes.account} ${className}`} {...button}>
      <span className={classes.letter} aria-hidden="true">
        {[...viewer.name][0]?.toUpperCase()}
      </span>
      <span className={classes.who}>
        <span className={classes.name}>{viewer.name}</span>
        <span className={classes.role} title={viewer.limitedTo ? inWords(viewer.limitedTo) : undefined}>
          {t(`roles.${viewer.role}`)}
          {viewer.limitedTo && ` · ${inWords(viewer.limitedTo)}`}
        </span>
      </span>
      <ChevronsUpDown size={14} aria-hidden="true" className={classes.chevron} />
    </UnstyledButton>
  );
}
