import { createContext, useContext } from 'react';

const Moment = createContext<string | null>(null);

/** Around what shows a moment of the past: tells why nothing can be asked for from there. */
export const MomentProvider = Moment.Provider;

/** Why what is shown cannot be acted on, or null where it is the present. */
export const usePast = (): string | null => useContext(Moment);
