'use client';

import { Button, Group, Stack, Switch, Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '@/components/api/change';
import { errorText, useTRPC } from '@/components/api/client';
import { nextOf, useListed } from '@/components/api/pages';
import { NumberField } from '@/components/form/number-field';
import { Dialog } from '@/components/ui/dialog';
import { Grid } from '@/components/ui/grid';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShowMore } from '@/components/ui/show-more';

/** Makes, lists and ends the public links of one plan. */
export function ShareDialog({ planId, onClose }: { planId: string; onClose: () => void }) {
  const t = useTranslations('planPage.share');
  const trpc = useTRPC();
  const [showNames, setShowNames] = useState(false);
  const [days, setDays] = useState(7);
  const [path, setPath] = useState<string | null>(null);
  const links = useInfiniteQuery(
    trpc.shares.list.infiniteQueryOptions({ planId }, { getNextPageParam: nextOf }),
  );
  const listed = useListed(links, (link) => link.id);
  const changed = [trpc.shares.list.pathFilter()];
  const create = useChange(trpc.shares.create.mutationOptions(), changed, (made) => setPath(made.path));
  const revoke = useChange(trpc.shares.revoke.mutationOptions(), changed);
  const failed = create.error ?? revoke.error ?? links.error;
  return (
    <Dialog
      title={t('title')}
      size="lg"
      onClose={onClose}
      once={path === null ? null : { label: t('link'), value: `${location.origin}${path}` }}
      onKept={() => setPath(null)}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('about')}
        </Text>
        <Group align="end" gap="lg">
          <NumberField
            label={t('days')}
            min={1}
            max={90}
            w={120}
            allowDecimal={false}
            value={days}
            onNumber={setDays}
          />
          <Switch
            label={t('names')}
            checked={showNames}
            onChange={(event) => setShowNames(event.currentTarget.checked)}
            mb={8}
          />
          <Button loading={create.isPending} onClick={() => create.mutate({ planId, showNames, days })}>
            {t('create')}
          </Button>
        </Group>
        {failed && (
          <Text role="alert" c="var(--sy-vermilion-text)">
            {errorText(failed)}
          </Text>
        )}
        {listed.items.length > 0 && (
          <Grid
            minWidth={460}
            dense
            head={[t('head.created'), t('head.names'), t('head.views'), t('head.until'), '']}
          >
            {listed.items.map((link) => (
              <Table.Tr key={link.id}>
                <Table.Td>
                  <RelativeTime at={link.createdAt} /> · {link.createdBy}
                </Table.Td>
                <Table.Td>{t(link.showNames ? 'shown' : 'hidden')}</Table.Td>
                <Table.Td>{link.viewCount}</Table.Td>
                <Table.Td>
                  {link.revokedAt ? t('revoked') : <RelativeTime at={link.expiresAt} absolute />}
                </Table.Td>
                <Table.Td>
                  {!link.revokedAt && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      loading={revoke.isPending && revoke.variables?.id === link.id}
                      onClick={() => revoke.mutate({ id: link.id })}
                    >
                      {t('revoke')}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Grid>
        )}
        <ShowMore list={listed} what={t('what')} />
      </Stack>
    </Dialog>
  );
}
