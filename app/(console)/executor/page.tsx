import type { Metadata } from 'next';
import { ExecutorScreen } from '@/components/executor/executor-screen';

export const metadata: Metadata = { title: 'Executor' };

export default function ExecutorPage() {
  return <ExecutorScreen />;
}
