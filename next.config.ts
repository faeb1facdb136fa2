import type { NextConfig } from 'next';

const config: NextConfig = {
  reactStrictMode: true,
  // The front door sets the headers of every answer, and compresses it.
  poweredByHeader: false,
  compress: false,
  // It gives stale rows with virtualised lists.
  reactCompiler: false,
  devIndicators: false,
  // "npm test" checks the types; a second check would only slow the first start.
  typescript: { ignoreBuildErrors: true },
  // These belong to the server process, which renders these pages but is not bundled with them.
  serverExternalPackages: [
    'better-auth',
    'drizzle-orm',
    'pg-boss',
    'pino',
    'postgres',
    'prom-client',
    'undici',
  ],
  experimental: {
    optimizePackageImports: ['@mantine/core', '@mantine/hooks', '@mantine/notifications'],
  },
};

export default config;
