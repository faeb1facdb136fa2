import { bilingual } from '../bilingual';

/** Words of the small parts every screen is made of. */
export const ui = bilingual(
  {
    confirm: {
      title: '{action}?',
      reason: 'Reason',
      reasonHint: 'Kept in the audit log. 3 to 280 characters.',
      typeId: 'Type {id} to confirm',
      numbersChanged: 'Numbers changed: review',
      numbersChangedHint: 'The numbers changed while this was open. Read them again before you go on.',
      keepRunning: 'Keep running',
      keepAsIs: 'Keep as is',
      failed: 'That did not work: {reason}',
      atOnce: 'Do not wait for the end of the stage',
      atOnceHint:
        'It ends within a second, between two health rounds or tries. A call under way is abandoned: nobody then knows whether it took effect.',
    },
    request: {
      pause: 'Pause requested by {who}',
      resume: 'Resume requested by {who}',
      cancel: 'Cancel requested by {who}',
      retry: 'Retry requested by {who}',
      rollback: 'Rollback requested by {who}',
      approve: 'Approval by {who}',
      reject: 'Rejection by {who}',
      applied: 'Decision by {who}: it was applied',
      resend: 'Decision by {who}: send again',
      override: 'Decision by {who}: override',
      withdraw: 'Withdraw',
    },
    connection: {
      live: 'Live',
      reconnecting: 'Reconnecting, data from {time}',
      caughtUp: 'Caught up: {count, plural, one {# event} other {# events}}',
    },
    bar: {
      empty: 'No tasks',
      part: '{count} {status}',
    },
    time: { now: 'now' },
  },
  {
    confirm: {
      title: '{action}?',
      reason: '原因',
      reasonHint: '记入审计日志,3 至 280 个字符。',
      typeId: '输入 {id} 以确认',
      numbersChanged: '数字已变化:请复核',
      numbersChangedHint: '此窗口打开期间数字已变化,请重新阅读后再继续。',
      keepRunning: '继续运行',
      keepAsIs: '保持现状',
      failed: '操作未成功:{reason}',
      atOnce: '不等待当前阶段结束',
      atOnceHint: '将在一秒内、于两轮检查或两次尝试之间结束。正在进行的调用会被放弃,其是否生效将无从得知。',
    },
    request: {
      pause: '{who} 请求暂停',
      resume: '{who} 请求继续',
      cancel: '{who} 请求取消',
      retry: '{who} 请求重试',
      rollback: '{who} 请求回滚',
      approve: '{who} 批准',
      reject: '{who} 拒绝',
      applied: '{who} 决定:已生效',
      resend: '{who} 决定:重新发送',
      override: '{who} 决定:强制继续',
      withdraw: '撤回',
    },
    connection: {
      live: '实时',
      reconnecting: '正在重连,数据截至 {time}',
      caughtUp: '已补齐 {count} 个事件',
    },
    bar: {
      empty: '没有任务',
      part: '{count} {status}',
    },
    time: { now: '刚刚' },
  },
);
