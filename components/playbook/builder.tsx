'use client';

import { Button, Group, Skeleton, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTellWarnings } from '@/components/actions/tell-warnings';
import { useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { errorAt, fieldMessage, fieldOf, problemsOf, refusalText } from '@/components/form/server-error';
import { Said } from '@/components/i18n/said';
import { useFleetRefusal } from '@/components/session/role';
import { ActionButton } from '@/components/ui/action-button';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import type { Inputs } from '@/server/api/router';
import classes from './builder.module.css';
import type { Json } from './json-value';
import { Outline } from './outline';
import { isWhole, outlineOf, type Place } from './outline-edit';
import { PlaceForm } from './place-form';
import { ProblemList } from './problem-list';
import type { PlaybookProblem } from './problem-path';
import { usePlaybookCheck } from './use-playbook-check';
import { useWrittenPlaybook, type WrittenPlaybook } from './use-written-playbook';

const VersionsPanel = dynamic(() => import('./versions-panel').then((module) => module.VersionsPanel));
const TryDialog = dynamic(() => import('./try-dialog').then((module) => module.TryDialog));

/** Writes a playbook: its outline, the form of what is chosen there, and the JSON of it all, each changing the others. */
export function Builder(props: {
  stored: WrittenPlaybook;
  isNew: boolean;
  onLeave: () => void;
  onSaved: (playbookId: string) => void;
}) {
  const { stored, isNew } = props;
  const t = useTranslations('playbooks');
  const trpc = useTRPC();
  const forms = useQuery(trpc.playbooks.forms.queryOptions());
  const { written, definition, unreadable, changed, change, forget } = useWrittenPlaybook(stored, isNew);
  const { problems: found, settled, error } = usePlaybookCheck(definition);
  const [chosen, setChosen] = useState<Place>({ stage: 0, step: 0 });
  const [comparing, setComparing] = useState(false);
  const [trying, setTrying] = useState(false);
  const mayNot = useFleetRefusal();
  const tell = useTellWarnings();
  const save = useChange(trpc.playbooks.save.mutationOptions(), [trpc.playbooks.pathFilter()], (saved) => {
    notifications.show({ message: t('saved', { id: saved.playbookId, version: saved.version }) });
    tell(saved.warnings);
    forget();
    props.onSaved(saved.playbookId);
  });
  const problems = found.length > 0 ? found : refused(save.error);
  const put = (next: Json) => change({ definition: JSON.stringify(next, null, 2) });
  const place = existing(definition, chosen);
  const refusal =
    mayNot ??
    (unreadable === null ? null : t('refusal.unreadable')) ??
    (settled && found.length > 0 ? t('refusal.problems', { count: found.length }) : null) ??
    (!isNew && !changed ? t('refusal.unchanged') : null);
  if (forms.error) return <Problem title={t('form.unread')}>{errorText(forms.error)}</Problem>;
  return (
    <>
      <PageHeader
        title={isNew ? t('newTitle') : t('editTitle', { name: stored.name })}
        above={
          <Button size="compact-sm" variant="subtle" onClick={props.onLeave}>
            {t('leave')}
          </Button>
        }
        below={
          changed && (
            <>
              {t('unsaved')}{' '}
              <Button size="compact-xs" variant="subtle" onClick={forget}>
                {t('discard')}
              </Button>
            </>
          )
        }
        actions={
          !isNew && (
            <Group gap="sm">
              <Button variant="default" aria-expanded={comparing} onClick={() => setComparing(!comparing)}>
                {t('compare')}
              </Button>
              <ActionButton
                variant="default"
                refusal={mayNot ?? (changed ? t('refusal.trySaved') : null)}
                onClick={() => setTrying(true)}
              >
                {t('try.open')}
              </ActionButton>
            </Group>
          )
        }
      />
      {comparing && (
        <VersionsPanel playbookId={stored.playbookId} written={changed ? written.definition : null} />
      )}
      <div className={classes.head}>
        <TextInput
          label={t('id')}
          description={t('idHint')}
          placeholder="send-and-verify"
          value={written.playbookId}
          error={errorAt(save.error, 'playbookId')}
          readOnly={!isNew}
          spellCheck={false}
          onChange={(event) => change({ playbookId: event.currentTarget.value })}
        />
        <TextInput
          label={t('name')}
          description={t('nameHint')}
          value={written.name}
          error={errorAt(save.error, 'name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </div>
      {Boolean(error) && <Problem title={t('unchecked')}>{errorText(error)}</Problem>}
      <ProblemList problems={problems} onChoose={setChosen} />
      <div className={classes.builder}>
        {unreadable === null ? (
          <>
            <Outline
              definition={definition}
              types={(forms.data?.steps ?? []).map(({ type }) => type)}
              problems={problems}
              chosen={place}
              onChoose={setChosen}
              onChange={put}
            />
            <section aria-label={t('form.label')}>
              {forms.data ? (
                <PlaceForm
                  definition={definition}
                  place={place}
                  forms={forms.data}
                  problems={problems}
                  onChange={put}
                />
              ) : (
                <Skeleton height={240} radius="md" />
              )}
            </section>
          </>
        ) : (
          <Problem kind="warning" title={t('unreadable')}>
            <Said text={unreadable} />
          </Problem>
        )}
        <Textarea
          label={t('json')}
          description={t('jsonHint')}
          value={written.definition}
          error={unreadable !== null && t('unreadable')}
          autosize
          minRows={16}
          maxRows={36}
          spellCheck={false}
          classNames={{ input: classes.code }}
          onChange={(event) => change({ definition: event.currentTarget.value })}
        />
      </div>
      {Boolean(save.error) && <Problem title={t('notSaved')}>{refusalText(save.error)}</Problem>}
      <div className={classes.bar}>
        <Text size="sm" c="dimmed" role="status">
          {unreadable === null && settled && problems.length === 0 ? t('nothingWrong') : t('keepsVersion')}
        </Text>
        <ActionButton
          refusal={refusal}
          loading={save.isPending}
          onClick={() =>
            save.mutate({
              playbookId: written.playbookId.trim(),
              name: written.name.trim(),
              // The server checks every field of it.
              definition: definition as Inputs['playbooks']['save']['definition'],
            })
          }
        >
          {t('save')}
        </ActionButton>
      </div>
      {trying && <TryDialog playbookId={stored.playbookId} onClose={() => setTrying(false)} />}
    </>
  );
}

/** What the server said of the playbook when it did not save it. */
function refused(error: unknown): PlaybookProblem[] {
  const field = fieldOf(error) ?? '';
  const several = problemsOf(error);
  const all = several.length > 0 ? several : [{ field, message: fieldMessage(error) }];
  return all.filter((one) => one.field.startsWith('definition'));
}

/** The place itself, or what is left near it after something was removed. */
function existing(definition: Json, chosen: Place): Place {
  if (isWhole(chosen)) return chosen;
  const { stage, step } = chosen;
  const outline = outlineOf(definition);
  const at = Math.min(stage, Math.max(0, outline.length - 1));
  const steps = outline[at]?.steps.length ?? 0;
  return { stage: at, step: step === null || steps === 0 ? null : Math.min(step, steps - 1) };
}
