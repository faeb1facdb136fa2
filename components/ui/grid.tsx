import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

/** The head of a column; `wide`: not on a phone. None is over buttons. */
export type Head = string | { name: string; wide?: true; right?: true };

/** Rows below their heads, scrolled sideways where the screen is narrower. */
export function Grid(props: {
  head: readonly Head[];
  minWidth: number;
  /** For long lists of small facts. */
  dense?: true;
  children: ReactNode;
}) {
  const roomy = props.dense ? {} : ({ horizontalSpacing: 'md', verticalSpacing: 'sm' } as const);
  return (
    <Table.ScrollContainer minWidth={props.minWidth} type="native">
      <Table {...roomy}>
        <Table.Thead>
          <Table.Tr>
            {props.head.map((one) => {
              const { name, wide, right }: Exclude<Head, string> =
                typeof one === 'string' ? { name: one } : one;
              if (name === '') return <Table.Td key="actions" />;
              return (
                <Table.Th key={name} visibleFrom={wide && 'sm'} ta={right && 'right'}>
                  {name}
                </Table.Th>
              );
            })}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{props.children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
