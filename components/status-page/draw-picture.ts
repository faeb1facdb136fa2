import 'server-only';
import { ImageResponse } from 'next/og';
import { createElement } from 'react';
import type { PublicStatus } from '@/domain/view/plan-view';
import { shareFacts } from './share-facts';
import { SHARE_PICTURE, SharePicture } from './share-picture';

/** Pictures are drawn again only when something on them changed; so many are kept, about 30 KB each. */
const KEPT = 50;
const pictures = new Map<string, Promise<ArrayBuffer>>();

/** A shared plan as a PNG. */
export function sharePicture(status: PublicStatus): Promise<ArrayBuffer> {
  const facts = shareFacts(status);
  const key = JSON.stringify(facts);
  const known = pictures.get(key);
  if (known) return known;
  const drawn = new ImageResponse(createElement(SharePicture, facts), { ...SHARE_PICTURE }).arrayBuffer();
  pictures.set(key, drawn);
  drawn.catch(() => pictures.delete(key));
  const [oldest] = pictures.keys();
  if (pictures.size > KEPT && oldest !== undefined) pictures.delete(oldest);
  return drawn;
}
