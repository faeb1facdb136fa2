'use client';

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { errorText, useTRPCClient } from '@/components/api/client';
import { draftWithTenants } from '@/components/session/plan-draft';
import { useRoleRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import type { Inputs } from '@/server/api/router';
import { ALL_MATCHING, type Chosen, chosenCount, NONE_CHOSEN } from './chosen';
import classes from './tenants.module.css';

const LabelsDialog = dynamic(() => import('./labels-dialog').then((module) => module.LabelsDialog));

/** What can be done with the chosen tenants, those that are not on the screen among them. */
export function TenantSelection(props: {
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
  filter: Inputs['tenants']['select'];
  /** How many fit the filter. */
  matching: number;
}) {
  const { chosen, onChange, filter, matching } = props;
  const t = useTranslations('tenants.selection');
  const client = useTRPCClient();
  const router = useRouter();
  const refusal = useRoleRefusal();
  const [labelling, setLabelling] = useState(false);
  const [going, setGoing] = useState(false);
  const count = chosenCount(chosen, matching);
  if (count === 0) return null;

  async function plan() {
    setGoing(true);
    try {
      draftWithTenants(await idsOf(chosen, () => client.tenants.select.query(filter)));
      router.push('/plans/new');
    } catch (error) {
      notifications.show({ color: 'red', title: t('failed'), message: errorText(error) });
      setGoing(false);
    }
  }
  return (
    <section className={classes.bar} aria-label={t('name')}>
      <span role="status">
        {t(chosen.kind === 'matching' && count === matching ? 'matching' : 'chosen', { count })}
      </span>
      {count < matching && (
        <Button size="xs" variant="subtle" onClick={() => onChange(ALL_MATCHING)}>
          {t('selectMatching', { count: matching })}
        </Button>
      )}
      <ActionButton size="xs" variant="default" refusal={refusal} onClick={() => setLabelling(true)}>
        {t('labels')}
      </ActionButton>
      <ActionButton size="xs" refusal={refusal} loading={going} onClick={() => void plan()}>
        {t('plan')}
      </ActionButton>
      <Button size="xs" variant="subtle" onClick={() => onChange(NONE_CHOSEN)}>
        {t('clear')}
      </Button>
      {labelling && (
        <LabelsDialog
          of={
            chosen.kind === 'some' ? { tenantIds: [...chosen.ids] } : { filter, except: [...chosen.except] }
          }
          count={count}
          onClose={() => setLabelling(false)}
          onDone={() => onChange(NONE_CHOSEN)}
        />
      )}
    </section>
  );
}

async function idsOf(chosen: Chosen, all: () => Promise<string[]>): Promise<string[]> {
  if (chosen.kind === 'some') return [...chosen.ids];
  return (await all()).filter((id) => !chosen.except.has(id));
}
