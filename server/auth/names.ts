import unhomoglyph from 'unhomoglyph';
import { z } from 'zod';
import type { NameClaim } from '@/db/queries/actor-names';
import { whyNotReadable } from '@/server/input/readable';

const LONGEST = 80;
/** What stands in the records for the program itself: nobody else may be called so. */
const RESERVED = [
  'executor',
  'system',
  'policy',
  'schedule',
  'retention',
  'anonymous',
  'environment',
  'unknown',
  'switchyard',
  'SWITCHYARD_API_KEY',
].map(looks);

/** What a person or a key may be called: what is read in the records must be what is there. */
export const actorName = z
  .string()
  .max(LONGEST * 4, `A name has at most ${LONGEST} characters`)
  .superRefine((name, context) => {
    const message = name.trim() === '' ? null : whyNotReadable(name);
    if (message) context.addIssue({ code: 'custom', message });
  })
  .transform((name) => name.normalize('NFC').trim().replaceAll(/\s+/g, ' '))
  .superRefine((name, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message });
    if (name === '') refuse('Enter a name');
    else if (Array.from(name).length > LONGEST) refuse(`A name has at most ${LONGEST} characters`);
    else if (name.includes('@')) refuse('A name is no address: leave out the @');
    else if (!/[\p{L}\p{N}]/u.test(name)) refuse('A name has at least one letter or digit');
    else if (RESERVED.includes(looks(name)))
      refuse('This name, or one that looks like it, stands for Switchyard itself. Choose another');
  });

/** What a refused name is told. */
export const NAME_TAKEN =
  'Somebody else is or was called so, or so that it looks the same. Add something to it: the records must tell you apart';

/** A person's claim to a name. */
export const personalName = (name: string, email: string): NameClaim => ({
  ...{ looks: looks(name), name },
  kind: 'user',
  principal: email,
});

/** A key's claim to what it is called in the records. */
export const nameOfKey = (name: string, id: string): NameClaim => ({
  ...{ looks: looks(name), name },
  kind: 'apiKey',
  principal: id,
});

/** The same for all names that look alike (Unicode TS 39, "skeleton"), whatever is between and beside their letters. */
function looks(name: string): string {
  const plain = (text: string) => unhomoglyph(text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase());
  return plain(plain(name)).replaceAll(/[^\p{L}\p{N}]/gu, '');
}
