'use client';

import { ActionIcon, Menu } from '@mantine/core';
import { ArrowDown, ArrowUp, Columns3Cog, Copy } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Sort } from './columns';
import classes from './data-table.module.css';

export interface TableMenuProps {
  columns: readonly { id: string; name: string; fixed: true | undefined; shown: boolean }[];
  sorts: readonly { id: string; name: string }[];
  sort: Sort | null;
  onShow: (id: string, show: boolean) => void;
  onSort: (id: string) => void;
  onCopy: () => void;
}

/** Which columns are shown, in which order the rows are, and the rows for a spreadsheet. Open from the start: it comes with the first click. */
export function TableMenu({ columns, sorts, sort, onShow, onSort, onCopy }: TableMenuProps) {
  const t = useTranslations('table');
  const [opened, setOpened] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // It took the place of the one that was clicked, and the focus comes back to it.
    button.current?.focus({ preventScroll: true });
    setOpened(true);
  }, []);
  return (
    <Menu opened={opened} onChange={setOpened} closeOnItemClick={false} returnFocus width={220}>
      <Menu.Target>
        <ActionIcon ref={button} size="sm" className={classes.menu} aria-label={t('menu')}>
          <Columns3Cog size={15} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>
        <Menu.Label>{t('columns')}</Menu.Label>
        {columns.map(({ id, name, fixed, shown }) => (
          <Menu.CheckboxItem
            key={id}
            checked={shown}
            disabled={fixed}
            closeMenuOnClick={false}
            onChange={() => onShow(id, !shown)}
          >
            {name}
          </Menu.CheckboxItem>
        ))}
        {sorts.length > 0 && (
          <>
            <Menu.Divider />
            <Menu.Label>{t('sortBy')}</Menu.Label>
            {sorts.map(({ id, name }) => (
              <Menu.CheckboxItem
                key={id}
                checked={sort?.id === id}
                closeMenuOnClick={false}
                rightSection={sort?.id === id && <Direction descending={sort.descending} />}
                onChange={() => onSort(id)}
              >
                {name}
              </Menu.CheckboxItem>
            ))}
          </>
        )}
        {'clipboard' in navigator && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<Copy size={14} aria-hidden="true" />} onClick={onCopy}>
              {t('copyRows')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Direction({ descending }: { descending: boolean }) {
  const Icon = descending ? ArrowDown : ArrowUp;
  return <Icon size={14} aria-hidden="true" />;
}
