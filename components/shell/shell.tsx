import Link from 'next/link';
import type { ReactNode } from 'react';
import { OfflineRoom } from '@/components/live/offline-room';
import type { Zone } from '@/components/session/preferences';
import { Brand } from '@/components/ui/brand';
import type { Viewer } from './account-button';
import { AccountMenu } from './account-menu';
import { BrowserNews } from './browser-news';
import { Commands } from './commands';
import { Navigation } from './navigation';
import classes from './shell.module.css';
import { SkipLink } from './skip-link';

/** The frame of the console. `status` has room for the connection pill. */
export function Shell(props: {
  viewer: Viewer;
  zone: Zone;
  version: string;
  status?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={classes.shell}>
      <SkipLink />
      <header className={classes.side}>
        <Link href="/" className={classes.home}>
          <Brand />
        </Link>
        <div className={classes.search}>
          <Commands />
        </div>
        <Navigation />
        <div className={classes.foot}>
          {props.status && <div className={classes.status}>{props.status}</div>}
          <AccountMenu viewer={props.viewer} zone={props.zone} version={props.version} />
        </div>
      </header>
      <main id="content" tabIndex={-1} className={classes.main}>
        <OfflineRoom>{props.children}</OfflineRoom>
      </main>
      <BrowserNews />
    </div>
  );
}
