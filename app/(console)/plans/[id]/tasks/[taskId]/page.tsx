import type { Metadata } from 'next';
import { TaskScreen } from '@/components/task/task-screen';

type Props = { params: Promise<{ id: string; taskId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).taskId };
}

export default async function TaskPage({ params }: Props) {
  const { id, taskId } = await params;
  return <TaskScreen key={taskId} planId={id} taskId={taskId} />;
}
