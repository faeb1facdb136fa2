'use client';

import {
  Button,
  PasswordInput,
  type PasswordInputProps,
  Stack,
  TextInput,
  type TextInputProps,
} from '@mantine/core';
import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import classes from './form.module.css';

export type Wrong<Field extends string> = Partial<Record<Field, string | undefined>>;

/** A form in front of the console. What is wrong stands at its field, and the focus goes there. */
export function GateForm<Field extends string>(props: {
  fields: readonly Field[];
  /** What is wrong before anything is sent. */
  check: (written: Record<Field, string>) => Wrong<Field>;
  /** Null: it worked, and this page is being left. */
  send: (
    written: Record<Field, string>,
  ) => Promise<{ problem?: string; wrong?: Wrong<Field>; focus?: Field } | null>;
  /** What the button says. */
  submit: string;
  children: (wrong: Wrong<Field>) => ReactNode;
}) {
  const { fields, check, send } = props;
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<Wrong<Field>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);

  /** The first field it is about, which has the focus now. */
  function point(to: Wrong<Field>, focus = fields.find((field) => to[field])): Field | undefined {
    setWrong(to);
    const field = focus && form.current?.elements.namedItem(focus);
    if (field instanceof HTMLInputElement) field.focus();
    return focus;
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (sending) return;
    const data = new FormData(event.currentTarget);
    const written = Object.fromEntries(
      fields.map((field) => [field, textOf(field, data)] as const),
    ) as Record<Field, string>;
    setProblem(null);
    if (point(check(written))) return;
    setSending(true);
    const refused = await send(written);
    if (refused === null) return;
    setSending(false);
    setProblem(refused.problem ?? null);
    point(refused.wrong ?? {}, refused.focus);
  }

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack gap="md">
        {problem && (
          <p role="alert" className={classes.problem}>
            {problem}
          </p>
        )}
        {props.children(wrong)}
        <Button type="submit" size="md" loading={sending} fullWidth mt={4}>
          {props.submit}
        </Button>
      </Stack>
    </form>
  );
}

function textOf(field: string, data: FormData): string {
  const text = String(data.get(field));
  // Spaces may be part of a password.
  return field === 'password' ? text : text.trim();
}

/** The address somebody signs in with. */
export function EmailField(props: Pick<TextInputProps, 'error' | 'autoFocus' | 'defaultValue' | 'readOnly'>) {
  const t = useTranslations('auth');
  return (
    <TextInput
      name="email"
      type="email"
      label={t('email')}
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      size="md"
      {...props}
    />
  );
}

/** What somebody signs in with. */
export function PasswordField(props: Pick<PasswordInputProps, 'error' | 'autoComplete' | 'description'>) {
  const t = useTranslations('auth');
  const ui = useTranslations('ui');
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': ui('showPassword') }}
      name="password"
      label={t('password')}
      size="md"
      {...props}
    />
  );
}
