import { sharePicture } from '@/components/status-page/draw-picture';
import { getRuntime } from '@/server/runtime';

export const dynamic = 'force-dynamic';

/** What a chat shows of a link to a shared plan; not counted as a view. */
export async function GET(_: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params;
  const status = await getRuntime().publicStatus(token, { countView: false });
  if (!status) return new Response(null, { status: 404 });
  return new Response(await sharePicture(status), { headers: { 'content-type': 'image/png' } });
}
