'use client';

import { ActionIcon } from '@mantine/core';
import { ArrowDown, ArrowUp, GripVertical, OctagonAlert, Trash2 } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { useTranslations } from 'use-intl';
import classes from './builder.module.css';

/** One stage or step of the outline. Alt with an arrow moves it, as the buttons and the mouse do. */
export function OutlineRow(props: {
  place: string;
  name: string;
  /** The kind of a step. */
  detail: string | null;
  problems: number;
  chosen: boolean;
  movable: { up: boolean; down: boolean };
  onChoose: () => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
  onDrag: () => void;
  onDrop: () => void;
}) {
  const { name, movable } = props;
  const t = useTranslations('playbooks.outline');
  const pressed = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    props.onMove(event.key === 'ArrowUp' ? -1 : 1);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is one of three ways; the buttons are the others.
    <div
      className={classes.outlineRow}
      data-chosen={props.chosen || undefined}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', name);
        props.onDrag();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        props.onDrop();
      }}
    >
      <GripVertical size={14} aria-hidden="true" className={classes.grip} />
      <button
        type="button"
        className={classes.outlineName}
        data-place={props.place}
        aria-current={props.chosen || undefined}
        aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
        onClick={props.onChoose}
        onKeyDown={pressed}
      >
        <span className={classes.outlineText}>{name}</span>
        {props.detail && <span className={classes.outlineDetail}>{props.detail}</span>}
        <ProblemCount count={props.problems} />
      </button>
      <ActionIcon
        size={26}
        aria-label={t('up', { name })}
        disabled={!movable.up}
        onClick={() => props.onMove(-1)}
      >
        <ArrowUp size={14} aria-hidden="true" />
      </ActionIcon>
      <ActionIcon
        size={26}
        aria-label={t('down', { name })}
        disabled={!movable.down}
        onClick={() => props.onMove(1)}
      >
        <ArrowDown size={14} aria-hidden="true" />
      </ActionIcon>
      <ActionIcon size={26} aria-label={t('remove', { name })} onClick={props.onRemove}>
        <Trash2 size={14} aria-hidden="true" />
      </ActionIcon>
    </div>
  );
}

/** How much is wrong with what a row is about; nothing where nothing is. */
export function ProblemCount({ count }: { count: number }) {
  const t = useTranslations('playbooks.outline');
  if (count === 0) return null;
  return (
    <span className={classes.wrong}>
      <OctagonAlert size={14} aria-hidden="true" /> {t('problems', { count })}
    </span>
  );
}
