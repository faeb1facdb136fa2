import type { Metadata } from 'next';
import { NewPlanScreen } from '@/components/new-plan/new-plan-screen';

export const metadata: Metadata = { title: 'New plan' };

export default function NewPlanPage() {
  return <NewPlanScreen />;
}
