import { titled } from '@/app/request';
import { ExecutorScreen } from '@/components/executor/executor-screen';

export const generateMetadata = titled('shell.nav.executor');

export default function ExecutorPage() {
  return <ExecutorScreen />;
}
