import { expect, it, vi } from 'vitest';
import { abortedBy } from './aborted-by';

const all = new AbortController();

it('is aborted with its own reason alone, and with the one it follows while it was not let go', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockReturnValue();
  const many = Array.from({ length: 20 }, () => abortedBy(all.signal));
  const [own, gone, other] = many;
  own?.abort.abort('own');
  gone?.letGo();
  expect(other?.abort.signal.aborted).toBe(false);
  all.abort('all');
  expect(own?.abort.signal.reason).toBe('own');
  expect(gone?.abort.signal.aborted).toBe(false);
  expect(other?.abort.signal.reason).toBe('all');
  expect(abortedBy(all.signal).abort.signal.reason).toBe('all');
  expect(warned).not.toHaveBeenCalled();
});
