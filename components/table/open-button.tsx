import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a row is called, where it opens: a button as well, for whoever comes without a mouse or a keyboard. */
export function OpenButton({ onOpen, children }: { onOpen: () => void; children: ReactNode }) {
  return (
    <UnstyledButton fw={600} fz="sm" mih={24} onClick={onOpen}>
      {children}
    </UnstyledButton>
  );
}
