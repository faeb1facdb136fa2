'use client';

import { ConnectionPill } from '@/components/ui/connection-pill';
import { usePast } from './moment';
import { useConnection } from './socket';

/** The connection pill of this tab; what shows a moment of the past has none. */
export function LiveConnection() {
  const past = usePast();
  const state = useConnection();
  return past === null ? <ConnectionPill state={state} /> : null;
}
