import {
  Boxes,
  Building2,
  Cpu,
  LayoutGrid,
  ListChecks,
  type LucideIcon,
  Route,
  ScrollText,
  Settings,
} from 'lucide-react';

/** The places of the console, in the order of the navigation; their names are in the catalogue. */
export const PLACES = {
  fleet: { href: '/', Icon: LayoutGrid },
  plans: { href: '/plans', Icon: Route },
  tenants: { href: '/tenants', Icon: Building2 },
  versions: { href: '/versions', Icon: Boxes },
  playbooks: { href: '/playbooks', Icon: ListChecks },
  executor: { href: '/executor', Icon: Cpu },
  audit: { href: '/audit', Icon: ScrollText },
  settings: { href: '/settings', Icon: Settings },
} as const satisfies Record<string, { href: string; Icon: LucideIcon }>;

export type Place = keyof typeof PLACES;
export const PLACE_NAMES = Object.keys(PLACES) as Place[];
