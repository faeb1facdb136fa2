import type { ComponentType } from 'react';
import type { Schema } from './form-schema';
import type { Json } from './json-value';

/** What the editor of one setting is given. */
export interface FieldProps {
  schema: Schema;
  label: string;
  /** As the playbook has it. */
  name: string;
  required: boolean;
  value: Json | undefined;
  /** Undefined leaves it to the default. */
  onChange: (value: Json | undefined) => void;
  path: string;
  problems: ReadonlyMap<string, string>;
  /** Edits what is inside: settings stand in settings. */
  Field: ComponentType<FieldProps>;
}
