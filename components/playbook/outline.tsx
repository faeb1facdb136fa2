'use client';

import { Button, NativeSelect } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import classes from './builder.module.css';
import { type Json, withValue } from './json-value';
import {
  isWhole,
  movedTo,
  neighbour,
  newStep,
  outlineOf,
  type Place,
  pathOf,
  WHOLE,
  withStage,
  withStepIn,
} from './outline-edit';
import { OutlineRow, ProblemCount } from './outline-row';
import { type PlaybookProblem, placeOf } from './problem-path';

/** The stages and their steps in the order they run: added, removed, and moved with buttons, keys or by dragging. */
export function Outline(props: {
  definition: Json;
  types: readonly string[];
  problems: readonly PlaybookProblem[];
  chosen: Place;
  onChoose: (place: Place) => void;
  onChange: (definition: Json) => void;
}) {
  const { definition, chosen, onChoose, onChange } = props;
  const t = useTranslations('playbooks.outline');
  const outline = outlineOf(definition);
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<Place | null>(null);
  // What was moved is somewhere else now, and the focus goes with it.
  const [followed, setFollowed] = useState<Place | null>(null);
  useEffect(() => {
    if (!followed) return;
    list.current?.querySelector<HTMLElement>(`[data-place="${keyOf(followed)}"]`)?.focus();
    setFollowed(null);
  }, [followed]);

  const move = (from: Place, to: Place | null) => {
    const next = to && movedTo(definition, from, to);
    if (!to || !next) return;
    onChange(next);
    onChoose(to);
    setFollowed(to);
  };
  const drop = (at: Place) => {
    if (!dragged) return;
    setDragged(null);
    if (dragged.step === null) move(dragged, { stage: at.stage, step: null });
    else move(dragged, { stage: at.stage, step: at.step ?? outline[at.stage]?.steps.length ?? 0 });
  };
  const problemsIn = (place: Place) =>
    props.problems.filter(({ field }) => {
      const at = placeOf(field);
      return at?.stage === place.stage && at.step === place.step;
    }).length;
  const rowOf = (place: Place, name: string, detail: string | null) => {
    return (
      <OutlineRow
        key={keyOf(place)}
        place={keyOf(place)}
        name={name || t('unnamed')}
        detail={detail}
        problems={problemsIn(place)}
        chosen={chosen.stage === place.stage && chosen.step === place.step}
        movable={{ up: neighbour(outline, place, -1) !== null, down: neighbour(outline, place, 1) !== null }}
        onChoose={() => onChoose(place)}
        onMove={(by) => move(place, neighbour(outline, place, by))}
        onRemove={() => {
          onChange(withValue(definition, pathOf(place), undefined));
          onChoose({ stage: Math.max(0, place.stage - (place.step === null ? 1 : 0)), step: null });
        }}
        onDrag={() => setDragged(place)}
        onDrop={() => drop(place)}
      />
    );
  };
  return (
    <section aria-label={t('label')}>
      <button
        type="button"
        className={classes.whole}
        data-chosen={isWhole(chosen) || undefined}
        aria-current={isWhole(chosen) || undefined}
        onClick={() => onChoose(WHOLE)}
      >
        <span className={classes.outlineText}>{t('whole')}</span>
        <span className={classes.outlineDetail}>{t('wholeDetail')}</span>
        <ProblemCount count={problemsIn(WHOLE)} />
      </button>
      <ol ref={list} className={classes.outline}>
        {outline.map((stage, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its place; its name is being typed.
          <li key={index} className={classes.outlineStage}>
            {rowOf({ stage: index, step: null }, stage.name, null)}
            <ol className={classes.outlineSteps}>
              {stage.steps.map((step, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place; its name is being typed.
                <li key={at}>{rowOf({ stage: index, step: at }, step.name, step.type)}</li>
              ))}
            </ol>
            <NativeSelect
              size="xs"
              className={classes.addStep}
              aria-label={t('addStepTo', { stage: stage.name })}
              value=""
              data={[{ value: '', label: t('addStep') }, ...props.types]}
              onChange={(event) => {
                const type = event.currentTarget.value;
                if (type === '') return;
                onChange(withStepIn(definition, index, newStep(type, t('newStep', { type }))));
                onChoose({ stage: index, step: stage.steps.length });
              }}
            />
          </li>
        ))}
      </ol>
      <Button
        size="xs"
        variant="default"
        mt="sm"
        leftSection={<Plus size={14} aria-hidden="true" />}
        onClick={() => {
          onChange(withStage(definition, t('newStage', { number: outline.length + 1 })));
          onChoose({ stage: outline.length, step: null });
        }}
      >
        {t('addStage')}
      </Button>
    </section>
  );
}

const keyOf = ({ stage, step }: Place): string => (step === null ? `${stage}` : `${stage}.${step}`);
