import { Code, Text } from '@mantine/core';

/** Values as they are stored, each below its name; what is not there is left out. */
export function StoredValues(props: {
  values: readonly (readonly [name: string, value: unknown])[];
  size: 'xs' | 'sm';
  className: string | undefined;
  /** A long line is scrolled to, also with the keyboard. */
  scrolls?: true;
}) {
  return props.values
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => (
      <div key={name}>
        <Text size={props.size} c="dimmed">
          {name}
        </Text>
        <Code block className={props.className} tabIndex={props.scrolls && 0}>
          {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
        </Code>
      </div>
    ));
}
