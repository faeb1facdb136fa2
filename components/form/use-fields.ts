'use client';

import { type ChangeEvent, useState } from 'react';
import { errorAt } from './server-error';

type Field<Values> = keyof Values & string;
type TextField<Values> = { [Key in Field<Values>]: Values[Key] extends string ? Key : never }[Field<Values>];

/** What is written in a form, and what the server says is wrong with each part of it. */
export function useFields<Values extends object>(start: Values, error: unknown) {
  const [values, setValues] = useState(start);
  const change = (part: Partial<Values>) => setValues((before) => ({ ...before, ...part }));
  return {
    values,
    change,
    /** For `FormDialog`, where every field shows its own refusal. */
    shown: Object.keys(start),
    /** For a field that hands over its value. */
    of: <Key extends Field<Values>>(field: Key) => ({
      value: values[field],
      error: errorAt(error, field),
      onChange: (value: Values[Key]) => change({ [field]: value } as unknown as Partial<Values>),
    }),
    /** For a field that hands over an event. */
    text: (field: TextField<Values>) => ({
      value: values[field] as string,
      error: errorAt(error, field),
      onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) =>
        change({ [field]: event.currentTarget.value } as Partial<Values>),
    }),
  };
}
