import { titled } from '@/app/request';
import { NewPlanScreen } from '@/components/new-plan/new-plan-screen';

export const generateMetadata = titled('shell.pages.newPlan');

export default function NewPlanPage() {
  return <NewPlanScreen />;
}
