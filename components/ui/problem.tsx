'use client';

import { Alert } from '@mantine/core';
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

const LOOKS = {
  error: { tone: 'vermilion', Icon: OctagonAlert, role: 'alert' },
  warning: { tone: 'amber', Icon: TriangleAlert, role: 'status' },
  info: { tone: 'blue', Icon: Info, role: 'status' },
} as const;

/** Something that went wrong (`error`), is worth knowing (`warning`) or goes as planned (`info`), read out when it appears. */
export function Problem(props: { kind?: keyof typeof LOOKS; title?: ReactNode; children: ReactNode }) {
  const { tone, Icon, role } = LOOKS[props.kind ?? 'error'];
  return (
    <Alert
      role={role}
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
