import type { Locale } from '@/components/i18n/locale';
import type { PlanStatus } from '@/domain/plan';
import type { TaskStatus } from '@/domain/task';
import type { Tone } from './tones';

/** What a confirmed status is called, and the hue of its meaning. */
export interface StatusWords {
  tone: Tone;
  label: Record<Locale, string>;
}

/** Apart from the shapes, so that what is no page says the same. A status added to the domain does not compile without. */
export const STATUS_WORDS: Record<TaskStatus | PlanStatus, StatusWords> = {
  CREATED: words('slate', 'Created', '已创建'),
  VALIDATING: words('slate', 'Validating', '校验中'),
  VALIDATION_FAILED: words('vermilion', 'Validation failed', '校验失败'),
  READY: words('slate', 'Ready', '就绪'),
  PENDING: words('slate', 'Pending', '排队中'),
  RUNNING: words('blue', 'Running', '执行中'),
  PAUSED: words('amber', 'Paused', '已暂停'),
  COMPLETED: words('teal', 'Completed', '已完成'),
  PARTIAL_FAILED: words('vermilion', 'Partly failed', '部分失败'),
  FAILED: words('vermilion', 'Failed', '失败'),
  CANCELLED: words('grey', 'Cancelled', '已取消'),
  ROLLING_BACK: words('purple', 'Rolling back', '回滚中'),
  ROLLED_BACK: words('purple', 'Rolled back', '已回滚'),
  ROLLBACK_FAILED: words('vermilion', 'Rollback failed', '回滚失败'),
};

function words(tone: Tone, en: string, zh: string): StatusWords {
  return { tone, label: { en, 'zh-CN': zh } };
}
