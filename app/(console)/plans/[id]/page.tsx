import type { Metadata } from 'next';
import { PlanScreen } from '@/components/plan/plan-screen';

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await params).id };
}

export default async function PlanPage({ params }: Props) {
  const { id } = await params;
  return <PlanScreen key={id} planId={id} />;
}
