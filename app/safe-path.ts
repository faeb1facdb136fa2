/** Only a name: nothing resolves it. */
const HERE = 'http://here.invalid';

/**
 * Where on this site a person wanted to go, as a path with its query; `/` for everything that a browser could read as
 * the address of another site, or that is none at all. The one place where the target of a redirect is judged: what
 * comes out is read once more, since `/..//host` becomes `//host` only by being read.
 */
export function safePath(wanted: string | readonly string[] | null | undefined): string {
  if (typeof wanted !== 'string' || !isOwnPath(wanted)) return '/';
  const url = new URL(wanted, HERE);
  url.searchParams.delete('_rsc');
  const path = `${url.pathname}${url.search}`;
  return isOwnPath(path) ? path : '/';
}

/** One slash, then anything but a second one or what browsers take for it. */
const OWN = /^\/(?![/\\])/;
/** Browsers drop tabs and line ends from an address, and read a backslash as a slash. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONFUSING = /[\u0000-\u001f\u007f\\]/;

function isOwnPath(text: string): boolean {
  if (!OWN.test(text) || CONFUSING.test(text) || !URL.canParse(text, HERE)) return false;
  return new URL(text, HERE).origin === HERE;
}
