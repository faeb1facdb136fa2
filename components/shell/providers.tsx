'use client';

import { type MantineColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ReactNode, useEffect } from 'react';
import { rememberLocalZone, rememberTheme, storedTheme, type Theme } from '@/components/session/preferences';
import { theme, variables } from '@/components/ui/theme';

const cookieManager: MantineColorSchemeManager = {
  get: (fallback) => (typeof document === 'undefined' ? fallback : storedTheme()),
  set: rememberTheme,
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => rememberTheme('auto'),
};

/** What every page of the application stands in: theme, toasts, and state in the URL. */
export function Providers(props: { nonce: string | undefined; theme: Theme; children: ReactNode }) {
  useEffect(() => rememberLocalZone(Intl.DateTimeFormat().resolvedOptions().timeZone), []);
  // An open dialog keeps the page from scrolling by a style element of its own, which the page's policy lets in by this name only.
  if (typeof window !== 'undefined' && props.nonce)
    Object.assign(globalThis, { __webpack_nonce__: props.nonce });
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={cookieManager}
      defaultColorScheme={props.theme}
      getStyleNonce={props.nonce ? () => props.nonce ?? '' : undefined}
    >
      <NuqsAdapter>{props.children}</NuqsAdapter>
      <Notifications position="bottom-right" limit={4} />
    </MantineProvider>
  );
}
