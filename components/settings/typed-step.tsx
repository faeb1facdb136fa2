import { Button, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { AccountAnswer } from '@/components/session/account-api';
import { Problem } from '@/components/ui/problem';

/** One thing that is typed and sent; what is wrong with it stands above it. */
export function TypedStep<Told>(props: {
  submit: string;
  send: (typed: string) => Promise<AccountAnswer<Told>>;
  onSent: (told: Told) => void;
  /** What a refusal comes to. */
  refusalOf: (answer: Extract<AccountAnswer, { ok: false }>) => string;
  children: ReactNode;
}) {
  const [problem, setProblem] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (sending) return;
    const field = event.currentTarget.elements.namedItem('typed');
    if (!(field instanceof HTMLInputElement)) return;
    setProblem(null);
    setSending(true);
    const answer = await props.send(field.value);
    setSending(false);
    if (answer.ok) return props.onSent(answer.told);
    setProblem(props.refusalOf(answer));
    field.focus();
    field.select();
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {problem && <Problem>{problem}</Problem>}
        {props.children}
        <Button type="submit" loading={sending} fullWidth>
          {props.submit}
        </Button>
      </Stack>
    </form>
  );
}
