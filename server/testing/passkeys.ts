import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** What an authenticator does otherwise than it should, or than the page asked. */
interface Twist {
  /** The page it believes to be asked by. */
  origin?: string;
  /** The host it believes the passkey to be of. */
  rpId?: string;
  challenge?: string;
  /** It did not look who holds it. */
  unverified?: boolean;
  /** How often it says to have signed. */
  counter?: number;
  /** Registers another's id instead of its own. */
  id?: string;
}

/** What it is asked with; of both ceremonies, as the server sends it. */
export interface Asked {
  challenge: string;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;
/** Of the algorithms: ECDSA over P-256 with SHA-256 (COSE, -7). */
const ES256 = -7;

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const base64url = (data: Buffer) => data.toString('base64url');

/** An authenticator with one passkey, in software: signs what a browser would have signed, or what it never would. */
export class SoftPasskey {
  readonly #origin: string;
  readonly #rpId: string;
  readonly #id = randomBytes(32);
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject };
  #signed = 0;

  constructor({ origin, rpId }: { origin: string; rpId: string }) {
    this.#origin = origin;
    this.#rpId = rpId;
    this.#key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  }

  get id(): string {
    return base64url(this.#id);
  }

  /** The answer to a registration, without an attestation. */
  register(asked: Asked, twist: Twist = {}) {
    const id = twist.id ? Buffer.from(twist.id, 'base64url') : this.#id;
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, id, this.#coseKey()]);
    const attestation = cborMap([
      ['fmt', cborText('none')],
      ['attStmt', cborMap([])],
      ['authData', cborBytes(this.#authenticatorData(HAS_CREDENTIAL, twist, credential))],
    ]);
    return this.#answer(id, {
      clientDataJSON: base64url(this.#clientData('webauthn.create', asked, twist)),
      attestationObject: base64url(attestation),
      transports: ['internal'],
    });
  }

  /** The answer to a sign-in. */
  signIn(asked: Asked, twist: Twist = {}) {
    this.#signed += 1;
    const clientData = this.#clientData('webauthn.get', asked, twist);
    const data = this.#authenticatorData(0, { counter: this.#signed, ...twist });
    const signature = createSign('sha256')
      .update(Buffer.concat([data, sha256(clientData)]))
      .sign(this.#key.privateKey);
    return this.#answer(this.#id, {
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(data),
      signature: base64url(signature),
    });
  }

  #answer<Response>(rawId: Buffer, response: Response) {
    const id = base64url(rawId);
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #clientData(type: string, asked: Asked, { origin = this.#origin, challenge = asked.challenge }: Twist) {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #authenticatorData(flags: number, twist: Twist, credential = Buffer.alloc(0)): Buffer {
    const { rpId = this.#rpId, unverified = false, counter = 0 } = twist;
    const counted = Buffer.alloc(4);
    counted.writeUInt32BE(counter);
    const all = flags | USER_PRESENT | (unverified ? 0 : USER_VERIFIED);
    return Buffer.concat([sha256(rpId), Buffer.from([all]), counted, credential]);
  }

  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#key.publicKey.export({ format: 'jwk' });
    return cborMap([
      [1, cborInt(2)],
      [3, cborInt(ES256)],
      [-1, cborInt(1)],
      [-2, cborBytes(Buffer.from(x, 'base64url'))],
      [-3, cborBytes(Buffer.from(y, 'base64url'))],
    ]);
  }
}

/** As much of CBOR (RFC 8949) as an attestation needs. */
function cborHead(kind: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(kind << 5) | size]);
  if (size < 256) return Buffer.from([(kind << 5) | 24, size]);
  return Buffer.from([(kind << 5) | 25, size >> 8, size & 255]);
}
const cborInt = (value: number) => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value));
const cborBytes = (value: Buffer) => Buffer.concat([cborHead(2, value.length), value]);
const cborText = (value: string) => Buffer.concat([cborHead(3, value.length), Buffer.from(value)]);
const cborMap = (entries: readonly (readonly [string | number, Buffer])[]) =>
  Buffer.concat([
    cborHead(5, entries.length),
    ...entries.flatMap(([key, value]) => [typeof key === 'string' ? cborText(key) : cborInt(key), value]),
  ]);
