import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Frame } from '@/app/frame';
import { requestPreferences, requestPrincipal, requestTranslator } from '@/app/request';
import { safePath } from '@/app/safe-path';
import { ApiProvider } from '@/components/api/client';
import { ViewerProvider } from '@/components/session/role';
import { Shell } from '@/components/shell/shell';
import { version } from '@/package.json';
import { getRuntime } from '@/server/runtime';

/** Everything behind the sign-in. Data is guarded again by each procedure; this only spares people an empty frame. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const principal = await requestPrincipal();
  if (!principal) {
    if (await getRuntime().setupNeeded()) redirect('/setup');
    const wanted = safePath((await headers()).get('x-path'));
    redirect(wanted === '/' ? '/login' : `/login?next=${encodeURIComponent(wanted)}`);
  }
  const [{ zone }, t] = await Promise.all([requestPreferences(), requestTranslator()]);
  const { kind, id, name, email, role, limitedTo = null, groups = [] } = principal;
  // Set by the demo alone: where its fleet can be made to misbehave.
  const panel = process.env.SWITCHYARD_DEMO_PANEL;
  return (
    <Frame>
      <ApiProvider>
        <ViewerProvider viewer={{ id: `${kind} ${id}`, name, role, limitedTo, groups }}>
          <Shell
            viewer={{ name, email, role, limitedTo }}
            zone={zone}
            version={version}
            status={
              panel && (
                <a href={panel} target="_blank" rel="noreferrer">
                  {t('shell.demo')}
                </a>
              )
            }
          >
            {children}
          </Shell>
        </ViewerProvider>
      </ApiProvider>
    </Frame>
  );
}
