/** As much of a browser as a sign-in needs: it keeps the cookies of each site, and goes where it is sent. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();

  /** What it would send to this site. */
  cookiesOf(origin: string): string {
    return [...(this.#cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async get(address: string | URL): Promise<Response> {
    const url = new URL(address);
    const headers = { cookie: this.cookiesOf(url.origin) };
    return this.#keep(url, await fetch(url, { headers, redirect: 'manual' }));
  }

  async post(address: URL, body: unknown): Promise<Response> {
    const headers = {
      'content-type': 'application/json',
      origin: address.origin,
      cookie: this.cookiesOf(address.origin),
    };
    return this.#keep(address, await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  /** Follows redirects until one leads to `site`, and answers where; it is not gone to. */
  async until(site: string, from: string): Promise<URL> {
    let url = new URL(from);
    for (let hops = 0; hops < 10; hops += 1) {
      const answer = await this.get(url);
      const to = answer.headers.get('location');
      if (!to) throw new Error(`${url.pathname} answered ${answer.status}: ${await answer.text()}`);
      url = new URL(to, url);
      if (url.origin === site) return url;
    }
    throw new Error(`No end of redirects, at ${url.href}`);
  }

  #keep(url: URL, answer: Response): Response {
    const jar = this.#cookies.get(url.origin) ?? new Map<string, string>();
    this.#cookies.set(url.origin, jar);
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';', 1);
      const at = pair.indexOf('=');
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
}
