import { Button, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Brand } from '@/components/ui/brand';
import classes from './gate-page.module.css';
import { LanguageLinks } from './language-links';

/** The page in front of the console: one card, one thing to do. */
export function GatePage(props: { title: string; intro?: string; below?: string; children: ReactNode }) {
  return (
    <main className={classes.page}>
      <Tracks />
      <div className={classes.column}>
        <Brand />
        <section className={classes.card} aria-labelledby="gate-title">
          <Title order={1} id="gate-title">
            {props.title}
          </Title>
          {props.intro && (
            <Text c="dimmed" mt={4}>
              {props.intro}
            </Text>
          )}
          <div className={classes.body}>{props.children}</div>
        </section>
        <footer className={classes.foot}>
          {props.below && <span>{props.below}</span>}
          <LanguageLinks />
        </footer>
      </div>
    </main>
  );
}

/** The one way on from a page without a form. */
export function GateLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Button component="a" href={href} mt="lg" fullWidth>
      {children}
    </Button>
  );
}

/** Tracks that part and meet again; decoration only. */
function Tracks() {
  return (
    <svg
      className={classes.tracks}
      viewBox="0 0 1200 420"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
    >
      {[0, 1, 2, 3, 4].map((row) => (
        <g key={row}>
          <path d={`M-20 ${90 + row * 70}H1220`} />
          <path d={`M${60 + row * 170} ${90 + row * 70}c90 0 90 70 180 70`} />
          <path d={`M${980 - row * 120} ${160 + row * 70}c90 0 90 -70 180 -70`} />
        </g>
      ))}
    </svg>
  );
}
