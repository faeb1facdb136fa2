import type { ReactNode } from 'react';
import { Frame } from '@/app/frame';

/** Pages for people who are not signed in. */
export default function GateLayout({ children }: { children: ReactNode }) {
  return <Frame>{children}</Frame>;
}
