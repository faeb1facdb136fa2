import type { ServerResponse } from 'node:http';
import type { Received } from '../../testing/step-context';

/** As much of an HTTP API as its documentation says and a recipe uses: for what cannot be had on a machine that only has npm and Debian. */
export interface DocumentedApi {
  answer(request: Received, response: ServerResponse): ServerResponse;
}

function say(response: ServerResponse, status: number, body: unknown): ServerResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return response
    .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' })
    .end(text);
}

const parsed = (text: string): Record<string, unknown> => JSON.parse(text || '{}') as Record<string, unknown>;

/** Consul, HTTP API v1: key/value store with check-and-set, ACL token. */
export class ConsulApi implements DocumentedApi {
  #index = 10;
  readonly keys = new Map<string, { value: string; index: number }>();
  constructor(private readonly token: string) {}

  put(key: string, value: string): void {
    this.#index += 1;
    this.keys.set(key, { value, index: this.#index });
  }

  answer({ method, url, headers, body }: Received, response: ServerResponse): ServerResponse {
    const { pathname, searchParams } = new URL(url, 'http://consul');
    const key = decodeURIComponent(pathname.replace('/v1/kv/', ''));
    if (headers['x-consul-token'] !== this.token) return say(response, 403, 'ACL not found');
    const known = this.keys.get(key);
    if (method === 'GET') {
      if (!known) return say(response, 404, '');
      const Value = Buffer.from(known.value).toString('base64');
      return say(response, 200, [
        { Key: key, Value, ModifyIndex: known.index, CreateIndex: 1, Flags: 0, LockIndex: 0 },
      ]);
    }
    if (Buffer.byteLength(body) > 512 * 1024)
      return say(response, 413, 'Request body too large, max size: 524288 bytes');
    const cas = searchParams.get('cas');
    const won = cas === null || Number(cas) === (known?.index ?? 0);
    if (won) this.put(key, body);
    return say(response, 200, String(won));
  }
}

/** Nacos 2, Open API v1: login with a token that expires, configurations by dataId and group. */
export class NacosApi implements DocumentedApi {
  readonly configs = new Map<string, string>();
  logins = 0;
  #token = '';
  constructor(private readonly password: string) {}

  /** As after its lifetime. */
  expire(): void {
    this.#token = '';
  }

  answer({ method, url, headers, body }: Received, response: ServerResponse): ServerResponse {
    const { pathname, searchParams } = new URL(url, 'http://nacos');
    const form = new URLSearchParams(body);
    if (pathname === '/nacos/v1/auth/login') {
      if (form.get('password') !== this.password) return say(response, 403, 'unknown user!');
      this.logins += 1;
      this.#token = `nacos-token-number-${this.logins}`;
      return say(response, 200, {
        accessToken: this.#token,
        tokenTtl: 18000,
        globalAdmin: false,
        username: 'switchyard',
      });
    }
    if (this.#token === '' || headers.authorization !== `Bearer ${this.#token}`)
      return say(response, 401, {
        status: 401,
        error: 'Unauthorized',
        message: 'token expired!',
        path: pathname,
      });
    const from = method === 'GET' ? searchParams : form;
    const key = `${from.get('group')}/${from.get('dataId')}`;
    if (method === 'GET') {
      const content = this.configs.get(key);
      return content === undefined
        ? say(response, 404, 'config data not exist')
        : say(response, 200, content);
    }
    const content = form.get('content') ?? '';
    if (content.length > 100 * 1024)
      return say(response, 500, 'caused: The content length must not be greater than 102400;');
    this.configs.set(key, content);
    return say(response, 200, 'true');
  }
}

/** Apollo, open platform API: items are written and take effect with a release. */
export class ApolloApi implements DocumentedApi {
  readonly items = new Map<string, string>();
  released = new Map<string, string>();
  constructor(private readonly token: string) {}

  answer({ method, url, headers, body }: Received, response: ServerResponse): ServerResponse {
    const { pathname } = new URL(url, 'http://apollo');
    const wrong = (status: number, message: string) =>
      say(response, status, {
        status,
        message,
        timestamp: '2026-11-29T10:00:00.000+0800',
        exception: 'com.ctrip.framework.apollo.common.exception.BadRequestException',
      });
    if (headers.authorization !== this.token) return wrong(401, 'Unauthorized');
    const [, , namespace = '', what = '', key = ''] =
      /^\/openapi\/v1\/envs\/([^/]+)\/apps\/[^/]+\/clusters\/[^/]+\/namespaces\/([^/]+)\/(items|releases)(?:\/(.+))?$/.exec(
        pathname,
      ) ?? [];
    const name = `${namespace}/${decodeURIComponent(key)}`;
    if (what === 'items' && method === 'PUT') {
      const { value } = parsed(body);
      if (String(value).length > 20_000) return wrong(400, `value too long. length limit:20000`);
      this.items.set(name, String(value));
      return say(response, 200, '');
    }
    if (what === 'releases' && method === 'POST') {
      this.released = new Map(this.items);
      return say(response, 200, {
        name: parsed(body).releaseTitle,
        configurations: Object.fromEntries(this.released),
      });
    }
    if (what === 'releases' && key === 'latest') {
      const own = [...this.released].filter(([item]) => item.startsWith(`${namespace}/`));
      return say(response, 200, {
        namespaceName: namespace,
        configurations: Object.fromEntries(
          own.map(([item, value]) => [item.slice(namespace.length + 1), value]),
        ),
      });
    }
    return wrong(404, `no handler for ${method} ${pathname}`);
  }
}

/** Kubernetes, REST API: a ConfigMap, and a Deployment whose rollout takes a few looks, or never ends. */
export class KubernetesApi implements DocumentedApi {
  data: Record<string, string> = {};
  annotations: Record<string, string> = {};
  /** Pods that cannot start keep the rollout from ending. */
  stuck = false;
  #generation = 1;
  #looks = 0;
  constructor(private readonly token: string) {}

  answer({ method, url, headers, body }: Received, response: ServerResponse): ServerResponse {
    const failed = (code: number, reason: string, message: string) =>
      say(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code });
    if (headers.authorization !== `Bearer ${this.token}`) return failed(401, 'Unauthorized', 'Unauthorized');
    if (
      method === 'PATCH' &&
      headers['content-type'] !== 'application/merge-patch+json' &&
      headers['content-type'] !== 'application/strategic-merge-patch+json'
    )
      return failed(
        415,
        'UnsupportedMediaType',
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json`,
      );
    if (url.includes('/configmaps/')) {
      if (method === 'PATCH') {
        const { data = {} } = parsed(body) as { data?: Record<string, unknown> };
        for (const [key, value] of Object.entries(data)) {
          if (typeof value !== 'string')
            return failed(
              400,
              'BadRequest',
              `json: cannot unmarshal object into Go struct field ConfigMap.data of type string`,
            );
          this.data[key] = value;
        }
      }
      return say(response, 200, { kind: 'ConfigMap', metadata: { name: 'acme' }, data: this.data });
    }
    if (method === 'PATCH') {
      const { spec } = parsed(body) as {
        spec: { template: { metadata: { annotations: Record<string, string> } } };
      };
      Object.assign(this.annotations, spec.template.metadata.annotations);
      this.#generation += 1;
      this.#looks = 0;
      return say(response, 200, this.#deployment());
    }
    this.#looks += 1;
    return say(response, 200, this.#deployment());
  }

  #deployment(): unknown {
    const done = this.#looks >= 3 && !this.stuck;
    const updated = done ? 2 : Math.min(1, this.#looks);
    return {
      kind: 'Deployment',
      metadata: { name: 'acme', generation: this.#generation },
      spec: { replicas: 2, template: { metadata: { annotations: this.annotations } } },
      status: {
        observedGeneration: this.#looks > 0 ? this.#generation : this.#generation - 1,
        replicas: 2,
        updatedReplicas: updated,
        availableReplicas: done ? 2 : 1,
        conditions: [
          this.stuck && this.#looks >= 3
            ? {
                type: 'Progressing',
                status: 'False',
                reason: 'ProgressDeadlineExceeded',
                message: 'ReplicaSet "acme-7d9" has timed out progressing.',
              }
            : { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
        ],
      },
    };
  }
}
