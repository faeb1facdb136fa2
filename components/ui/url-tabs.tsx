'use client';

import { type MantineSpacing, Tabs } from '@mantine/core';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { ReactNode } from 'react';

/** Parts of a screen of which one is shown; the address keeps which, the first needs no mention there. */
export function UrlTabs<Name extends string>(props: {
  tabs: readonly [Tab<Name>, ...Tab<Name>[]];
  /** Between the tabs and what they show. */
  gap: MantineSpacing;
}) {
  const { tabs, gap } = props;
  const names = tabs.map(({ name }) => name);
  const [{ name: first }] = tabs;
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(names).withDefault(first));
  return (
    <Tabs
      value={tab}
      keepMounted={false}
      onChange={(next) => void setTab(names.find((name) => name === next) ?? first)}
    >
      <Tabs.List mb={gap}>
        {tabs.map(({ name, label }) => (
          <Tabs.Tab key={name} value={name}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, panel }) => (
        <Tabs.Panel key={name} value={name}>
          {panel}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

type Tab<Name> = { name: Name; label: string; panel: ReactNode };
