'use client';

import { ConnectionPill } from '@/components/ui/connection-pill';
import { useConnection } from './socket';

/** The connection pill of this tab. */
export function LiveConnection() {
  return <ConnectionPill state={useConnection()} />;
}
