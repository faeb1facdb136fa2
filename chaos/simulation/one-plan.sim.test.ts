import { it, vi } from 'vitest';
import { keepsEveryPromise, sameSeedSameRun } from './testing/promises';

vi.mock('@/db/queries/runs', () => import('./model/queries'));
vi.mock('@/db/queries/execution', () => import('./model/queries'));
vi.mock('@/db/queries/planning', () => import('./model/queries'));
vi.mock('@/server/steps/registry', () => import('./fake-steps'));
vi.mock('@/server/steps/live-version', () => import('./fake-live-version'));

it('keeps every promise of one plan, in whatever order things happen', () =>
  keepsEveryPromise(1, 'one plan'));

it('does the same again with the same seed', () => sameSeedSameRun(1));
