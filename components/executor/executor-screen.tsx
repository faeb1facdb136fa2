'use client';

import { Badge, Skeleton, Stack, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { errorText, useTRPC } from '@/components/api/client';
import { usePlansNews } from '@/components/live/plans-news';
import { Section } from '@/components/table/section';
import { Figures } from '@/components/ui/figures';
import { NameCell } from '@/components/ui/name-cell';
import { PageHeader } from '@/components/ui/page-header';
import { Problem } from '@/components/ui/problem';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Outputs } from '@/server/api/router';
import { StopControl } from './stop-control';
import { WaitingForDecision } from './waiting';

type Overview = Outputs['executor']['nodes'];

/** Everything else is pushed; that a process beats no more is told by nobody. */
const BEAT_MILLIS = 10_000;

/** Who does the work, and how much of it waits. */
export function ExecutorScreen() {
  const trpc = useTRPC();
  const overview = useQuery(
    trpc.executor.nodes.queryOptions(undefined, { refetchInterval: BEAT_MILLIS, staleTime: 0 }),
  );
  usePlansNews(trpc.executor.nodes.pathFilter());
  const { data } = overview;
  return (
    <>
      <PageHeader
        title="Executor"
        below="The processes that switch tenants, and what they are doing"
        actions={data && <StopControl stopped={data.stopped !== null} active={data.active} />}
      />
      <Stack gap="lg">
        {overview.isError && (
          <Problem title="The executor could not be read">{errorText(overview.error)}</Problem>
        )}
        {overview.isPending && <Skeleton height={240} radius="md" />}
        {data?.stopped && (
          <Problem title="Everything is stopped">
            {data.stopped.by} stopped it <RelativeTime at={data.stopped.at} />: {data.stopped.reason}. Nothing
            new starts in any plan; what runs goes on to its end.
          </Problem>
        )}
        {data && data.slots === 0 && (
          <Problem kind="warning" title="Nobody is executing">
            No live process runs tasks now, so plans do not move. Start one, or look at its log.
          </Problem>
        )}
        {data && <Troubled nodes={data.nodes} />}
        {data && <Figures rows={figuresOf(data)} />}
        <WaitingForDecision />
        {data && <Nodes nodes={data.nodes} />}
      </Stack>
    </>
  );
}

function figuresOf(data: Overview): [string, string][] {
  return [
    ['This process', hereText(data.here)],
    ['Tasks running', `${data.active} of ${data.slots} slots`],
    ['Tasks waiting', String(data.queued)],
  ];
}

function hereText(here: Overview['here']): string {
  return here.executing ? 'Executes tasks' : `Answers only: ${here.because}`;
}

/** Plans that do not get on, while the others do. */
function Troubled({ nodes }: { nodes: Overview['nodes'] }) {
  const troubled = nodes.flatMap(({ alive, trouble }) => (alive ? Object.entries(trouble) : []));
  return troubled.map(([planId, { since, message }]) => (
    <Problem
      key={planId}
      kind="warning"
      title={
        <>
          <Link href={`/plans/${planId}`}>{planId}</Link> does not get on
        </>
      }
    >
      It began <RelativeTime at={since} />. {message}
    </Problem>
  ));
}

function Nodes({ nodes }: { nodes: Overview['nodes'] }) {
  return (
    <Section
      title="Processes"
      empty={nodes.length === 0 && 'No process has reported in the last hour.'}
      head={['Process', 'State', 'Tasks', 'Last beat', { name: 'Started', wide: true }]}
      minWidth={300}
    >
      {nodes.map((node) => (
        <Table.Tr key={node.nodeId}>
          <NameCell name={node.host} below={`process ${node.pid}`} />
          <Table.Td>
            <Badge variant="default" miw="fit-content">
              {!node.alive ? 'Silent' : node.executing ? 'Executing' : 'Answers only'}
            </Badge>
          </Table.Td>
          <Table.Td>
            {node.active} of {node.slots}
          </Table.Td>
          <Table.Td>
            <RelativeTime at={node.beatAt} />
          </Table.Td>
          <Table.Td visibleFrom="sm">
            <RelativeTime at={node.startedAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Section>
  );
}
