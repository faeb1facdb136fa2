import { expect, it } from 'vitest';
import { whyGuessable } from './common-passwords';

const ABOUT = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace' };

it.each([
  'password1234',
  'Password123!',
  '123456789012',
  '!!!qwertyuiop123!!!',
  'iloveyou2024!',
  'monkeymonkeymonkey',
  'aaaaaaaaaaaa',
  '121212121212',
  'Switchyard2026!',
  'ada.lovelace@example.com',
  'Lovelace-2026-!!',
  'lovelacelovelace',
])('%s is easily guessed', (password) => expect(whyGuessable(password, ABOUT)).toEqual(expect.any(String)));

it.each([
  'correct horse battery',
  'by-hand-password-1',
  'vQ7#mP2$xL9!',
  'ada likes trains',
  '密码很长而且不容易猜到吧',
  `${'x'.repeat(60)}abcde`,
])('%s is not', (password) => expect(whyGuessable(password, ABOUT)).toBeNull());
