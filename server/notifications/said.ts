import { foreignText } from '@/server/security/foreign-text';
import { Veil } from '@/server/security/veil';

/** As much of an answer as is told. */
const MOST_SAID = 200;

/** What somebody answered, in one line, without what nobody may see. */
export const saidIn = (answer: string, secrets: readonly string[]): string =>
  foreignText(answer, new Veil(secrets), MOST_SAID).replaceAll(/\s+/g, ' ');
