import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { encode } from 'uqr';
import { titled } from '@/app/request';
import { SHARE_PICTURE } from '@/components/status-page/share-picture';
import { StatusPage } from '@/components/status-page/status-page';
import { getRuntime } from '@/server/runtime';

type Props = { params: Promise<{ token: string }> };

/** Chats show the picture beside the link; of what it stands for they are told no more than whoever opens it. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { token } = await params;
  const url = addressOf(token);
  const title = 'Switchyard';
  const image = { url: `${url}/og.png`, type: 'image/png', ...SHARE_PICTURE };
  return {
    ...(await titled('shell.pages.status')()),
    robots: { index: false, follow: false },
    referrer: 'no-referrer',
    openGraph: { type: 'website', siteName: title, title, url, images: [image] },
    twitter: { card: 'summary_large_image', title, images: [image.url] },
  };
}

const addressOf = (token: string) => new URL(`/s/${encodeURIComponent(token)}`, getRuntime().publicUrl).href;

// Each view is counted and shows the present, so nothing here may be kept.
export const dynamic = 'force-dynamic';

export default async function SharedStatusPage({ params }: Props) {
  const { token } = await params;
  const status = await getRuntime().publicStatus(token, { countView: true });
  if (!status) notFound();
  const { data } = encode(addressOf(token), { border: 2 });
  return <StatusPage token={token} initial={status} code={data} />;
}
