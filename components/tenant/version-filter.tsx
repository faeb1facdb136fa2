'use client';

import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useTRPC } from '@/components/api/client';
import { nextOf, useWhole } from '@/components/api/pages';
import classes from './tenants.module.css';
import { runsText } from './version-address';

/** Of each unit as many of the newest versions are offered. */
const MOST_VERSIONS = 12;

/** Narrows a list to what runs a version, or does not yet. */
export function VersionFilter(props: {
  value: string;
  onChange: (value: string) => void;
  /** All tenants there are. */
  all: number;
}) {
  const t = useTranslations('tenants.filter');
  const trpc = useTRPC();
  const units =
    useWhole(useInfiniteQuery(trpc.versions.list.infiniteQueryOptions({}, { getNextPageParam: nextOf }))) ??
    [];
  const items = (not: boolean) =>
    units.flatMap(({ unitId, name, versions }) =>
      versions.slice(0, MOST_VERSIONS).map(({ version, tenants }) => ({
        value: runsText({ unitId, version, not }),
        label: t(not ? 'runsNot' : 'runs', {
          unit: name,
          version,
          count: not ? props.all - tenants : tenants,
        }),
      })),
    );
  const offered = [
    { group: t('notOnIt'), items: items(true) },
    { group: t('onIt'), items: items(false) },
  ];
  const known = offered.some(({ items: list }) => list.some(({ value }) => value === props.value));
  return (
    <NativeSelect
      className={classes.version}
      aria-label={t('version')}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[
        { value: '', label: t('anyVersion') },
        // What the address asks for may be older than what is offered.
        ...(props.value === '' || known ? [] : [props.value]),
        ...offered,
      ]}
    />
  );
}
