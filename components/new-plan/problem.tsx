'use client';

import { Alert } from '@mantine/core';
import { OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** Something that went wrong (`error`) or is worth knowing (`warning`), read out when it appears. */
export function Problem(props: { kind?: 'error' | 'warning'; title?: ReactNode; children: ReactNode }) {
  const tone = props.kind === 'warning' ? 'amber' : 'vermilion';
  const Icon = props.kind === 'warning' ? TriangleAlert : OctagonAlert;
  return (
    <Alert
      role={props.kind === 'warning' ? 'status' : 'alert'}
      title={props.title}
      icon={<Icon size={18} aria-hidden="true" />}
      styles={{
        root: { background: `var(--sy-${tone}-soft)`, border: `1px solid var(--sy-${tone})` },
        title: { color: `var(--sy-${tone}-text)` },
        icon: { color: `var(--sy-${tone}-text)` },
        message: { color: 'var(--sy-text)', overflowWrap: 'anywhere' },
      }}
    >
      {props.children}
    </Alert>
  );
}
