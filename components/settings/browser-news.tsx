'use client';

import { Checkbox, SegmentedControl, Stack, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { rememberNewsChoice, USUAL_NEWS, useNewsChoice } from '@/components/session/news-choice';
import { Section } from '@/components/table/section';
import { TOPICS } from '@/domain/view/news';
import classes from './settings.module.css';
import { useWebhookWords } from './webhook-words';

type Hindrance = 'notOffered' | 'notAllowed';

/** What this browser tells a person while the console is not in view. */
export function BrowserNews() {
  const t = useTranslations('settings.profile.news');
  const words = useWebhookWords();
  const choice = useNewsChoice();
  const [hindrance, setHindrance] = useState<Hindrance | null>(null);
  const on = async () => {
    // Only offered over TLS and on this machine.
    if (!('Notification' in window)) return setHindrance('notOffered');
    if ((await Notification.requestPermission()) !== 'granted') return setHindrance('notAllowed');
    setHindrance(null);
    rememberNewsChoice(USUAL_NEWS);
  };
  return (
    <Section title={t('title')} about={t('about')}>
      <Stack gap="sm">
        <Switch
          label={t('on')}
          description={t('onHint')}
          error={hindrance && t(hindrance)}
          checked={choice !== null}
          onChange={(event) => {
            if (event.currentTarget.checked) void on();
            else rememberNewsChoice(null);
          }}
        />
        {choice && (
          <>
            <Checkbox.Group
              label={t('of')}
              value={[...choice.topics]}
              onChange={(chosen) => {
                const topics = TOPICS.filter((topic) => chosen.includes(topic));
                // Nothing at all is what the switch is for.
                if (topics.length > 0) rememberNewsChoice({ ...choice, topics });
              }}
            >
              <Stack gap={6} mt={6}>
                {TOPICS.map((topic) => (
                  <Checkbox key={topic} value={topic} label={words.topic(topic)} />
                ))}
              </Stack>
            </Checkbox.Group>
            <div className={classes.choice}>
              <span id="news-plans">{t('plans')}</span>
              <SegmentedControl
                size="sm"
                aria-labelledby="news-plans"
                value={choice.mine ? 'mine' : 'all'}
                data={[
                  { value: 'mine', label: t('mine') },
                  { value: 'all', label: t('all') },
                ]}
                onChange={(value) => rememberNewsChoice({ ...choice, mine: value === 'mine' })}
              />
            </div>
          </>
        )}
      </Stack>
    </Section>
  );
}
