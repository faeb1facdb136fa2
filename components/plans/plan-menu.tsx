'use client';

import { Button, Menu } from '@mantine/core';
import { Ellipsis } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { ACTIONS } from '@/components/actions/action-table';
import { useActionWords } from '@/components/actions/action-words';

const GRAVE = ['cancel', 'rollback'] as const;

/** What is graver than a pause. Open from the start: it comes with the first click. */
export function PlanMenu({ planId, refusal }: { planId: string; refusal: string | null }) {
  const { t } = useActionWords();
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // It took the place of the one that was clicked, and the focus comes back to it.
    button.current?.focus({ preventScroll: true });
    setOpened(true);
  }, []);
  return (
    <Menu opened={opened} onChange={setOpened} trapFocus returnFocus>
      <Menu.Target>
        <Button ref={button} size="compact-sm" variant="default" aria-label={t('more', { plan: planId })}>
          <Ellipsis size={16} aria-hidden="true" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {GRAVE.map((kind) => (
          <Grave key={kind} kind={kind} planId={planId} refusal={refusal} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Grave(props: { kind: (typeof GRAVE)[number]; planId: string; refusal: string | null }) {
  const { kind, planId, refusal } = props;
  const { t } = useActionWords();
  const { Icon } = ACTIONS[kind];
  const label = `${t(`plan.${kind}`)}…`;
  const leftSection = <Icon size={15} aria-hidden="true" />;
  if (refusal !== null)
    return (
      <Menu.Item aria-disabled leftSection={leftSection} closeMenuOnClick={false}>
        {label}: {refusal}
      </Menu.Item>
    );
  return (
    <Menu.Item component={Link} href={`/plans/${planId}?ask=${kind}`} leftSection={leftSection}>
      {label}
    </Menu.Item>
  );
}
