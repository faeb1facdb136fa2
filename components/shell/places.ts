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
const PLACE_NAMES = Object.keys(PLACES) as Place[];

/** What is about the whole fleet alone: nothing is there for whom only some tenants concern. */
const WHOLE_FLEET: readonly Place[] = ['audit'];

export const placesFor = (limited: boolean): Place[] =>
  PLACE_NAMES.filter((name) => !limited || !WHOLE_FLEET.includes(name));
