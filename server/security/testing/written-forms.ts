const json = (text: string) => JSON.stringify(text).slice(1, -1);
const everyByte = (text: string, write: (byte: string) => string) =>
  Buffer.from(text)
    .toString('hex')
    .replaceAll(/../g, (byte) => write(byte));
/** Ways in which programs write a text down. */
export const WRITTEN: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in JSON': json,
  'in JSON within JSON': (text) => json(json(text)),
  'in JSON within JSON within JSON': (text) => json(json(json(text))),
  'in JSON that escapes all that is not ASCII': (text) =>
    json(text).replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'in JSON, every character escaped': (text) =>
    text.replaceAll(
      /[\s\S]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
    ),
  'in an address': encodeURIComponent,
  'in an address, in small letters': (text) =>
    encodeURIComponent(text).replaceAll(/%../g, (byte) => byte.toLowerCase()),
  'in an address within an address': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in an address, every byte': (text) => everyByte(text, (byte) => `%${byte}`),
  'in a form': (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'in HTML': (text) => text.replaceAll(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`),
  'in HTML, by name': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  'in HTML, in hex': (text) =>
    Array.from(text, (char) => `&#x${char.codePointAt(0)?.toString(16)};`).join(''),
  'in base64': (text) => Buffer.from(text).toString('base64'),
  'in base64 after one byte': (text) => Buffer.from(`u${text}`).toString('base64'),
  'in base64 between others': (text) => Buffer.from(`user:${text}:rest`).toString('base64'),
  'in base64 for addresses': (text) => Buffer.from(`ab${text}`).toString('base64url'),
  'in base64 in an address': (text) => encodeURIComponent(Buffer.from(`ab${text}`).toString('base64')),
  'in hex': (text) => Buffer.from(text).toString('hex'),
  'in hex, in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

const bytes = (text: string) => [...Buffer.from(text)];

/** Ways that keep the letters, or those of base64 and hex, and put something else between or in place of them. */
export const SPREAD: Record<string, (text: string) => string> = {
  'in capitals': (text) => text.toUpperCase(),
  'letter by letter': (text) => Array.from(text).join('\n'),
  'with nothing between the letters that could be seen': (text) => Array.from(text).join('\u200b'),
  'with its marks apart': (text) => text.normalize('NFD'),
  'in wide letters': (text) =>
    text.replaceAll(/[!-~]/g, (char) => String.fromCodePoint((char.codePointAt(0) ?? 0) + 0xfee0)),
  'in base64, in lines': (text) =>
    Buffer.from(`token ${text}`).toString('base64').replaceAll(/.{6}/g, '$&\r\n'),
  'in base64, in lines, in JSON': (text) =>
    json(Buffer.from(text).toString('base64').replaceAll(/.{6}/g, '$&\n')),
  'in hex, with colons': (text) => everyByte(text, (byte) => `${byte}:`),
  'in hex, with spaces': (text) => everyByte(text, (byte) => `${byte.toUpperCase()} `),
  'in numbers': (text) => JSON.stringify(Buffer.from(text)),
  'in numbers, in lines': (text) => JSON.stringify(bytes(text), null, 2),
  'in octal': (text) =>
    bytes(text)
      .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
      .join(''),
  'in JavaScript': (text) => Array.from(text, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`).join(''),
  'in HTML, in hex, with zeros': (text) =>
    Array.from(text, (char) => `&#x00000${char.codePointAt(0)?.toString(16)};`).join(''),
};

/** Whether a text tells eight characters of a secret in one of these ways. */
export function tells(text: string, secret: string): boolean {
  const pieces = Array.from({ length: Math.max(1, secret.length - 7) }, (_, at) => secret.slice(at, at + 8));
  return pieces.some((piece) => Object.values(WRITTEN).some((write) => text.includes(write(piece))));
}
