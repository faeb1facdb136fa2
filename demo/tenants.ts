export const PANEL_PORT = Number(process.env.DEMO_PANEL_PORT ?? 4100);
export const FIRST_PORT = PANEL_PORT + 1;

const NAMES = [
  'acme-eu',
  'acme-us',
  'borealis',
  'cobalt-retail',
  'delta-freight',
  'evergreen',
  'fjord-media',
  'granite-bank',
  'harbor-health',
  'indigo-air',
  'juniper',
  'kestrel-labs',
  'lumen-energy',
  'meridian',
  'northwind',
  'onyx-games',
  'pioneer-foods',
  'quartz-legal',
  'redwood',
  'solstice',
  'tidal-sports',
  'umbra-studio',
  'vertex',
  'willow-care',
];

/** The one whose instances take the new configuration and do not apply it. */
export const STUCK_TENANT = 'onyx-games';

/** 24 tenants with two or three instances each, slow enough to be watched. */
export const DEMO_TENANTS = NAMES.map((tenantId, index) => ({
  tenantId,
  instances: index % 3 === 0 ? 3 : 2,
  latencyMillis: 250 + ((index * 137) % 500),
}));

export const displayName = (tenantId: string): string =>
  tenantId
    .split('-')
    .map((word) =>
      word.length <= 2 ? word.toUpperCase() : `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
    )
    .join(' ');
