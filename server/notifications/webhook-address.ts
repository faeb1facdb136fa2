import { keyIdOf, type SecretBox } from '@/server/security/secrets';

/** The row a webhook's address is sealed for: it must not open in place of the signing secret, nor the other way round. */
export const addressRow = (webhookId: string): string => `${webhookId}/url`;

/** The address to send to. One that was kept before addresses were sealed is what it says. */
export function openAddress(box: SecretBox, { webhookId, url }: { webhookId: string; url: string }): string {
  return keyIdOf(url) === null ? url : box.open(addressRow(webhookId), url);
}

/** What may be shown of an address: of chat systems the path is the credential, so it is where it leads and no more. */
export function shownAddress(address: string): string {
  const { origin, pathname, search } = new URL(address);
  return pathname === '/' && search === '' ? origin : `${origin}/…`;
}

/** What of an address nobody may see: what follows the host, as a whole and piece by piece. */
export function secretsIn(address: string): string[] {
  const { pathname, search, searchParams } = new URL(address);
  return [`${pathname}${search}`, ...pathname.split('/'), ...searchParams.values()];
}

const MAILTO = 'mailto:';

/** Recipients as an address (RFC 6068), which is sealed like any other. */
export const mailtoOf = (recipients: readonly string[]): string =>
  MAILTO + recipients.map((one) => encodeURIComponent(one)).join(',');

/** The recipients of such an address; of any other there are none. */
export function recipientsIn(address: string): string[] {
  if (!address.startsWith(MAILTO)) return [];
  return address.slice(MAILTO.length).split(',').map(decodeURIComponent);
}
