import { notFound } from 'next/navigation';
import { encode } from 'uqr';
import { titled } from '@/app/request';
import { StatusPage } from '@/components/status-page/status-page';
import { getRuntime } from '@/server/runtime';

export const generateMetadata = async () => ({
  ...(await titled('shell.pages.status')()),
  robots: { index: false, follow: false },
  referrer: 'no-referrer' as const,
});

// Each view is counted and shows the present, so nothing here may be kept.
export const dynamic = 'force-dynamic';

export default async function SharedStatusPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const { publicStatus, publicUrl } = getRuntime();
  const status = await publicStatus(token, { countView: true });
  if (!status) notFound();
  const { data } = encode(new URL(`/s/${token}`, publicUrl).href, { border: 2 });
  return <StatusPage token={token} initial={status} code={data} />;
}
