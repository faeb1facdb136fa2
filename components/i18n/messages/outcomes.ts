import { bilingual } from '../bilingual';

/** How a plan stands, in the words of docs/outcomes.md. The English is the same as that of `headlineText` in the domain. */
export const outcomes = bilingual(
  {
    checked: '{of, plural, one {# tenant} other {# tenants}} are being checked',
    toSwitch: 'Not started: {count, plural, one {# tenant} other {# tenants}} to switch',
    allSwitched: '{of, plural, =1 {The tenant is} other {All # tenants are}} switched',
    noneSwitched: 'No tenant is switched',
    someSwitched:
      '{count, number} of {of, plural, one {# tenant} other {# tenants}} {verb, select, is {is} other {are}} switched',
    allBack: '{of, plural, =1 {The tenant is} other {All # tenants are}} back',
    someBack:
      '{count, number} of {of, plural, one {# tenant} other {# tenants}} {verb, select, is {is} other {are}} back',
    cancelled: 'Cancelled, {lead}',
    closed: 'Closed, {lead}',
    withParts: '{lead}: {parts}',
    toSwitchWithParts: '{lead}, {parts}',
    between: ', ',
    part: {
      failed: '{count, number} failed',
      failedAndBack: '{count, number} failed and rolled back',
      notBack: '{count, number} could not be rolled back',
      switching: '{count, number} switching',
      goingBack: '{count, number} rolling back',
      paused: '{count, number} paused',
      waiting: '{count, number} waiting',
      backOnPurpose: '{count, number} rolled back on purpose',
      cancelled: '{count, number} cancelled',
      leftOut: '{count, number} left out',
    },
  },
  {
    checked: '正在校验 {of, number} 个租户',
    toSwitch: '尚未开始:{count, number} 个租户待切换',
    allSwitched: '全部 {of, number} 个租户已切换',
    noneSwitched: '没有租户完成切换',
    someSwitched: '{of, number} 个租户中已切换 {count, number} 个',
    allBack: '全部 {of, number} 个租户已回滚',
    someBack: '{of, number} 个租户中已回滚 {count, number} 个',
    cancelled: '已取消,{lead}',
    closed: '已关闭,{lead}',
    withParts: '{lead}:{parts}',
    toSwitchWithParts: '{lead},{parts}',
    between: '、',
    part: {
      failed: '{count, number} 个失败',
      failedAndBack: '{count, number} 个失败后已回滚',
      notBack: '{count, number} 个未能回滚',
      switching: '{count, number} 个切换中',
      goingBack: '{count, number} 个回滚中',
      paused: '{count, number} 个已暂停',
      waiting: '{count, number} 个等待中',
      backOnPurpose: '{count, number} 个主动回滚',
      cancelled: '{count, number} 个已取消',
      leftOut: '{count, number} 个未纳入',
    },
  },
);
