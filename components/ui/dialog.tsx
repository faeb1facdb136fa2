'use client';

import { Modal, type ModalProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { type Once, ShownOnce } from './shown-once';
import { useFocusBack } from './use-focus-back';

/** A dialog for as long as it is rendered; the focus goes back to what opened it. */
export function Dialog(props: {
  title: string;
  size?: ModalProps['size'];
  onClose: () => void;
  /** Shown in place of `children`, until somebody says that it is kept. */
  once?: Once | null;
  /** Instead of closing, when it is kept. */
  onKept?: () => void;
  children: ReactNode;
}) {
  const { once, onClose, onKept = onClose } = props;
  const words = useTranslations('form');
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={props.title}
      size={props.size}
      closeButtonProps={{ 'aria-label': words('close') }}
      // Else it counts as the banner of the whole page, of which there is one already.
      attributes={{ header: { role: 'presentation' } }}
      // A slip must not take the only look at it away.
      closeOnClickOutside={!once}
      closeOnEscape={!once}
    >
      {once ? <ShownOnce {...once} onDone={onKept} /> : props.children}
    </Modal>
  );
}
