import { expect, it } from 'vitest';
import { idsInCsv, idsInText } from './read-ids';

it.each([
  ['lines', 'acme-eu\r\nacme-us\n\nborealis', ['acme-eu', 'acme-us', 'borealis']],
  ['commas, spaces and repeats', ' acme-eu, acme-us;acme-eu\tborealis ', ['acme-eu', 'acme-us', 'borealis']],
  ['a list of JSON', '["acme-eu", "acme-us"]', ['acme-eu', 'acme-us']],
  ['quotes of a letter', '“acme-eu”, ‘acme-us’ and', ['acme-eu', 'acme-us', 'and']],
  ['Chinese punctuation', 'acme-eu,acme-us、borealis', ['acme-eu', 'acme-us', 'borealis']],
  ['characters that nobody sees', '\ufeffacme-eu \u200bacme-us\u200b', ['acme-eu', 'acme-us']],
  ['nothing', ' ,; \n', []],
])('reads what is pasted as %s', (_how, text, ids) => expect(idsInText(text)).toEqual(ids));

it('keeps what is no id as it was written, so that it is told', () =>
  expect(idsInText('acme.eu acme"us')).toEqual(['acme.eu', 'acme"us']));

it.each([
  ['a head', '\ufefftenant_id,region\r\nacme-eu,eu\r\nacme-us,us\r\n', ['acme-eu', 'acme-us']],
  ['a head in quotes and semicolons', '"Tenant ID";"x"\n"acme-eu";1\n', ['acme-eu']],
  ['no head', 'acme-eu\racme-us', ['acme-eu', 'acme-us']],
])('reads the first column of a file with %s', (_how, text, ids) => expect(idsInCsv(text)).toEqual(ids));
