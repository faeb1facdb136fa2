import { badgeSvg } from '@/components/status-page/badge';
import { getRuntime } from '@/server/runtime';

export const dynamic = 'force-dynamic';

/** The state of a shared plan as a picture for a wiki or a chat; not counted as a view. */
export async function GET(_: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params;
  const status = await getRuntime().publicStatus(token, { countView: false });
  return new Response(badgeSvg(status), {
    status: status ? 200 : 404,
    headers: { 'content-type': 'image/svg+xml; charset=utf-8' },
  });
}
