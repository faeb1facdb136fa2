import type { ReactNode } from 'react';
import { ActionButton } from '@/components/ui/action-button';
import { ACTIONS, type ActionName } from './action-table';

/** Asks for something of many tasks at once. */
export function BulkButton(props: {
  name: ActionName;
  refusal: string | null;
  onClick: () => void;
  children: ReactNode;
}) {
  const { name, ...button } = props;
  const { Icon } = ACTIONS[name];
  return (
    <ActionButton
      size="compact-sm"
      variant="default"
      leftSection={<Icon size={14} aria-hidden="true" />}
      {...button}
    />
  );
}
