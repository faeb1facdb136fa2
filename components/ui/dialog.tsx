'use client';

import { Modal, type ModalProps } from '@mantine/core';
import type { ReactNode } from 'react';
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
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={props.title}
      size={props.size}
      // A slip must not take the only look at it away.
      closeOnClickOutside={!once}
      closeOnEscape={!once}
    >
      {once ? <ShownOnce {...once} onDone={onKept} /> : props.children}
    </Modal>
  );
}
