import { isOpen } from '@/domain/plan';
import type { Findings } from './findings';
import type { History } from './history';

/** Only one drives a plan under one epoch, and nobody stores anything under one that is over. */
export function checkDrivers({ drives = [] }: History, findings: Findings): void {
  const latest = new Map<string, { epoch: number; driver: string }>();
  for (const { planId, epoch, driver } of drives) {
    const last = latest.get(planId);
    if (last && epoch < last.epoch)
      findings.add('driver', planId, `${driver} stored under epoch ${epoch} after ${last.epoch} had begun`);
    else if (last?.epoch === epoch && last.driver !== driver)
      findings.add('driver', planId, `${last.driver} and ${driver} both drove it under epoch ${epoch}`);
    latest.set(planId, { epoch, driver });
  }
}

/** Once nothing is under way, a plan is awake exactly as long as it is open: somebody drives it, or nobody has to. */
export function checkAwake({ plans, atRest }: History, findings: Findings): void {
  for (const { plan, awake } of atRest ? plans : []) {
    if (awake === undefined || awake === isOpen(plan.status)) continue;
    findings.add(
      'awake',
      plan.planId,
      `is ${plan.status} and ${awake ? 'kept awake' : 'nobody has to drive it'}`,
    );
  }
}
