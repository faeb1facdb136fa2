import { describe, expect, it } from 'vitest';
import { actorName } from './names';

describe('a name', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada   Lovelace ', 'Ada Lovelace'],
    ['王小明', '王小明'],
    ['محمد', 'محمد'],
    ['Łukasz O’Neill-Smith (ops)', 'Łukasz O’Neill-Smith (ops)'],
    ['deploy bot 2', 'deploy bot 2'],
    ['executor fan', 'executor fan'],
    ['x'.repeat(80), 'x'.repeat(80)],
  ])('%j may be %j', (given, kept) => expect(actorName.parse(given)).toBe(kept));

  it.each([
    '',
    '   ',
    'x'.repeat(81),
    'x'.repeat(100_000),
    'Ada\0',
    'Ada\nexecutor',
    'Ada\u202egnirts',
    'Ada\u2066x\u2069',
    'Ad\u200ba',
    'Ada\ud800',
    '\u00ad',
    '---',
    'ada@example.com',
    'executor',
    'Executor',
    'EXECUTOR ',
    'e x e c u t o r',
    'ехесutоr',
    'exécutor',
    'ｅｘｅｃｕｔｏｒ',
    'system',
    'ѕуѕtеm',
    'sy5tem'.replace('5', 's'),
    'switchyard_api_key',
    'SWITCHYARD-API-KEY',
    'anonymous',
  ])('%j is refused', (given) => expect(actorName.safeParse(given).success).toBe(false));
});
