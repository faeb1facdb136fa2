import { useRef } from 'react';
import { newRequestId } from '@/components/api/request-id';

/**
 * The id a command is sent with: the same for a repeat of the same, so that a command whose answer was lost is not done
 * twice. Another one as soon as something else is asked for, or when the server has answered: then it is a new command.
 */
export function useRequestId(): { of: (asked: unknown) => string; answered: () => void } {
  const last = useRef<{ asked: string; requestId: string } | null>(null);
  return {
    of: (asked) => {
      const json = JSON.stringify(asked);
      if (last.current?.asked !== json) last.current = { asked: json, requestId: newRequestId() };
      return last.current.requestId;
    },
    answered: () => {
      last.current = null;
    },
  };
}
