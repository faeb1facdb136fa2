import { describe, expect, it } from 'vitest';
import { type KeyPress, KeySequence, keyName, SEQUENCE_MILLIS } from './key-names';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe('a key', () => {
  it('has one name, whatever the caps lock does', () => {
    expect(keyName(press('p'))).toBe('p');
    expect(keyName(press('P'))).toBe('p');
    expect(keyName(press('C', { shiftKey: true }))).toBe('Shift+C');
    expect(keyName(press('c', { shiftKey: true }))).toBe('Shift+C');
    expect(keyName(press('?', { shiftKey: true }))).toBe('?');
    expect(keyName(press('Escape'))).toBe('Escape');
  });

  it('with Control or Command is one and the same, and others are left to the browser', () => {
    expect(keyName(press('k', { ctrlKey: true }))).toBe('mod+k');
    expect(keyName(press('k', { metaKey: true }))).toBe('mod+k');
    expect(keyName(press('K', { ctrlKey: true, shiftKey: true }))).toBeNull();
    expect(keyName(press('p', { altKey: true }))).toBeNull();
  });
});

describe('two keys', () => {
  it('are one when the second follows soon', () => {
    const keys = new KeySequence();
    expect(keys.take('g', 0)).toBeNull();
    expect(keys.waits(100)).toBe(true);
    expect(keys.take('p', 100)).toBe('g p');
    expect(keys.take('p', 200)).toBe('p');
  });

  it('are two when it comes late', () => {
    const keys = new KeySequence();
    keys.take('g', 0);
    expect(keys.take('p', SEQUENCE_MILLIS + 1)).toBe('p');
  });

  it('that do not belong together are over', () => {
    const keys = new KeySequence();
    keys.take('g', 0);
    expect(keys.take('g', 10)).toBe('g g');
    expect(keys.waits(20)).toBe(false);
  });
});
