import { encodeBasicCredentials } from '@better-auth/core/oauth2';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { answerText } from '@/server/security/answer-text';
import { parseBounded } from '@/server/security/bounded-json';
import type { Claims } from './claims';
import type { OidcSettings } from './settings';
import { claimsIn } from './tokens';

/** The provider gave no answer that could be used: it is away, too slow, or at fault. Nothing is known by it. */
export class ProviderSilent extends Error {
  override readonly name = 'ProviderSilent';
}

/** The provider answered that somebody may not be here any more. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
}

/** The provider calls itself otherwise than the environment does: it may be another one. */
export class IssuerMismatch extends Error {
  override readonly name = 'IssuerMismatch';
}

/** One answer takes no longer in all, however it drips. */
const ANSWER_MILLIS = 10_000;
const MOST_BYTES = 1024 * 1024;
/** What the provider says of itself is read anew after so long; when it said nothing, after this. */
const METADATA_MILLIS = 600_000;
const TROUBLE_MILLIS = 5000;

const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  userinfo_endpoint: z.url().optional(),
  end_session_endpoint: z.url().optional(),
});
type Metadata = z.output<typeof metadataSchema>;

const tokensSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
});

/** Somebody, as the provider says now; and what it is asked with the next time. */
export interface Renewed {
  claims: Claims;
  refreshToken: string;
  idToken: string | undefined;
}

export const discoveryUrl = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/** What is asked of the provider beside the sign-in itself, which is the library's. Every call goes by the guarded way that is given. */
export class OidcProvider {
  readonly #settings: OidcSettings;
  readonly #http: Dispatcher;
  #metadata: { asked: Promise<Metadata>; until: number } | null = null;

  constructor(settings: OidcSettings, http: Dispatcher) {
    this.#settings = settings;
    this.#http = http;
  }

  /** What it says of itself; asked once for all who want to know. Throws {@link ProviderSilent} and {@link IssuerMismatch}. */
  metadata(): Promise<Metadata> {
    if (this.#metadata && Date.now() < this.#metadata.until) return this.#metadata.asked;
    const asked = this.#discover();
    const current = { asked, until: Date.now() + METADATA_MILLIS };
    this.#metadata = current;
    // Anybody can press the button: each press must not be a call of a provider that is in trouble.
    asked.catch(() => {
      current.until = Date.now() + TROUBLE_MILLIS;
    });
    return asked;
  }

  /** What the provider says of the user besides the ID token, whose claims are given. Throws {@link ProviderSilent} and {@link ProviderRefused}. */
  async claims(accessToken: string | undefined, known: Claims): Promise<Claims> {
    const { userinfo_endpoint: url } = await this.metadata();
    if (!url || !accessToken) return known;
    const { status, body } = await this.#call(url, { headers: { authorization: `Bearer ${accessToken}` } });
    if (status === 401 || status === 403) throw new ProviderRefused(`userinfo answered ${status}`);
    if (status !== 200) throw new ProviderSilent(`userinfo answered ${status}`);
    const told = z.record(z.string(), z.unknown()).safeParse(body);
    if (!told.success) throw new ProviderSilent('userinfo is no JSON object');
    // OpenID Connect Core, 5.3.2: of somebody else it must not be used.
    if (told.data.sub !== known.sub) throw new ProviderRefused('userinfo is about somebody else');
    return { ...known, ...told.data };
  }

  /** Asks again who somebody is, by their refresh token. Throws {@link ProviderSilent} and {@link ProviderRefused}. */
  async renew(refreshToken: string, subject: string): Promise<Renewed> {
    const { token_endpoint: url, userinfo_endpoint: userinfo } = await this.metadata();
    const { status, body } = await this.#call(url, {
      method: 'POST',
      headers: {
        authorization: encodeBasicCredentials(this.#settings.clientId, this.#settings.clientSecret),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
    });
    // Only this one says that the person may not be here; everything else is trouble between the two servers.
    if (status === 400 && errorIn(body) === 'invalid_grant') throw new ProviderRefused('invalid_grant');
    const tokens = tokensSchema.safeParse(body);
    if (status !== 200 || !tokens.success)
      throw new ProviderSilent(`the token endpoint answered ${status} ${errorIn(body)}`);
    const { access_token, refresh_token = refreshToken, id_token: idToken } = tokens.data;
    if (!idToken && !userinfo) throw new ProviderSilent('neither an ID token nor userinfo was given');
    const claims = await this.claims(
      access_token,
      idToken ? this.#ofToken(idToken, subject) : { sub: subject },
    );
    return { claims, refreshToken: refresh_token, idToken };
  }

  /** Where the provider signs somebody out, and then sends them to `back`; null where it offers no such place. */
  async endSessionUrl(idToken: string | undefined, back: URL): Promise<URL | null> {
    const { end_session_endpoint } = await this.metadata();
    if (!end_session_endpoint) return null;
    const url = new URL(end_session_endpoint);
    if (idToken) url.searchParams.set('id_token_hint', idToken);
    url.searchParams.set('client_id', this.#settings.clientId);
    url.searchParams.set('post_logout_redirect_uri', back.href);
    return url;
  }

  /** It came straight from the token endpoint, so that TLS stands for its signature (OpenID Connect Core, 3.1.3.7). */
  #ofToken(idToken: string, subject: string): Claims {
    const claims = claimsIn(idToken) ?? {};
    const { issuer, clientId } = this.#settings;
    const audience = [claims.aud].flat();
    if (claims.iss !== issuer || claims.sub !== subject || !audience.includes(clientId))
      throw new ProviderRefused('the ID token is for somebody else');
    return claims;
  }

  async #discover(): Promise<Metadata> {
    const { issuer } = this.#settings;
    const { status, body } = await this.#call(discoveryUrl(issuer), {});
    if (status !== 200) throw new ProviderSilent(`discovery answered ${status}`);
    const read = metadataSchema.safeParse(body);
    if (!read.success) throw new ProviderSilent('what it says of itself cannot be read');
    if (read.data.issuer !== issuer)
      throw new IssuerMismatch(`it calls itself "${read.data.issuer.slice(0, 200)}"`);
    const addresses = Object.entries(read.data).filter(([name]) => name !== 'issuer');
    for (const [name, address] of addresses)
      if (!isAsSafe(address, issuer)) throw new ProviderSilent(`its ${name} is not reached over TLS`);
    return read.data;
  }

  async #call(url: string, how: Pick<Dispatcher.RequestOptions, 'headers' | 'body'> & { method?: 'POST' }) {
    try {
      const signal = AbortSignal.timeout(ANSWER_MILLIS);
      const answer = await request(url, { method: 'GET', ...how, signal, dispatcher: this.#http });
      const text = await answerText(answer.body, answer.headers, MOST_BYTES);
      return { status: answer.statusCode, body: parseBounded(text) };
    } catch (error) {
      throw new ProviderSilent(
        `${new URL(url).host}: ${error instanceof Error ? error.message : 'no answer'}`,
      );
    }
  }
}

/** What is over TLS leads to nothing that is not; a provider on this machine may do without. */
const isAsSafe = (address: string, issuer: string): boolean =>
  /^https:/i.test(address) || (/^http:/i.test(address) && issuer.startsWith('http:'));

function errorIn(body: unknown): string {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : '';
  return typeof error === 'string' ? error.slice(0, 100) : '';
}
