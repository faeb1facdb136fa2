import { notifications } from '@mantine/notifications';
import { useTranslations } from 'use-intl';
import { useSay } from '@/components/i18n/said';

/** Tells what is to be known about something that was saved all the same; it stays until it is closed. */
export function useTellWarnings(): (warnings: readonly { message: string }[]) => void {
  const t = useTranslations('form');
  const say = useSay();
  return (warnings) => {
    // A playbook may say the same in many places.
    for (const message of new Set(warnings.map((one) => one.message)))
      notifications.show({ color: 'yellow', title: t('savedBut'), message: say(message), autoClose: false });
  };
}
