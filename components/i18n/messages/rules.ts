import { bilingual } from '../bilingual';

/** The rules a plan goes by: its policies, thresholds and waves, in words. */
export const rules = bilingual(
  {
    title: 'How it runs',
    names: {
      retry: 'Retry',
      pause: 'Pause',
      completion: 'Completion',
      rollback: 'Rollback',
      healthCheck: 'Health check',
      checkpoint: 'Checkpoints',
    },
    policy: {
      retry: {
        none: 'An operator decides',
        fixed: 'By itself {attempts, plural, one {once} other {# times}}, after {delay} each',
        exponential:
          'By itself {attempts, plural, one {once} other {# times}}, after {base} doubling to {most}',
      },
      pause: {
        none: 'Does not stop by itself',
        beforeStage: 'Each tenant stops before {stage}',
        afterCanary: 'The plan stops after its first wave',
      },
      completion: {
        all: 'Completed when every tenant is',
        percent: 'Completed when {percent} % of the tenants are',
      },
      rollback: {
        manual: 'An operator decides',
        automatic: 'A tenant that fails goes back by itself',
      },
      healthCheck: {
        allInOneRound: 'One round in which every instance is good',
        consecutiveRounds: '{rounds} good rounds in a row',
      },
      checkpoint: {
        eachStage: 'A retry goes on after the last completed stage',
        none: 'A retry starts at the first stage',
      },
    },
    threshold: {
      failedCount: '{count, plural, one {# tenant} other {# tenants}} failed',
      failedPercent: '{percent} % of the tenants failed',
      consecutive: '{count, plural, one {# tenant} other {# tenants}} failed in a row',
      sameError: '{count, plural, one {# tenant} other {# tenants}} failed with the same error',
    },
    or: ' or ',
    commaOr: ', or ',
    wave: {
      all: 'All tenants',
      rest: 'The rest',
      size: '{count, plural, one {# tenant} other {# tenants}}',
    },
    noBake: 'none',
    gated:
      'measured {count, plural, one {once} other {# times, every {every}}}, else {otherwise, select, rollback {rolled back} other {halted}}',
    line: {
      atOnce: '{count} at once',
      oneWave: 'one wave',
      waveOf: 'wave {wave} of {of}',
      noThreshold: 'no threshold',
      haltsAt: 'halts at {thresholds}',
      policy: '{name}: {text}',
    },
    table: {
      atOnce: 'Tenants at once',
      haltsWhen: 'Halts when',
      never: 'Never by itself',
      driftGuard: 'Drift guard',
      guarded: 'On: what runs is compared before sending',
      unguarded: 'Off',
      retries: 'Retries',
      atMost: 'At most {count} for a tenant',
      wave: 'Wave',
      size: 'Size',
      progress: 'Progress',
      bake: 'Bake after it',
      notBegun: 'not begun',
      done: '{done} of {all} done',
      failed: ', {failed} failed',
    },
  },
  {
    title: '运行方式',
    names: {
      retry: '重试',
      pause: '暂停',
      completion: '完成',
      rollback: '回滚',
      healthCheck: '健康检查',
      checkpoint: '检查点',
    },
    policy: {
      retry: {
        none: '由操作员决定',
        fixed: '自动重试 {attempts} 次，每次间隔 {delay}',
        exponential: '自动重试 {attempts} 次，间隔从 {base} 起逐次加倍，最长 {most}',
      },
      pause: {
        none: '不会自动停止',
        beforeStage: '每个租户在 {stage} 之前停止',
        afterCanary: '计划在第一批之后停止',
      },
      completion: {
        all: '所有租户完成时才算完成',
        percent: '{percent} % 的租户完成时即算完成',
      },
      rollback: {
        manual: '由操作员决定',
        automatic: '失败的租户自动回滚',
      },
      healthCheck: {
        allInOneRound: '一轮检查中所有实例均正常',
        consecutiveRounds: '连续 {rounds} 轮正常',
      },
      checkpoint: {
        eachStage: '重试时从最后完成的阶段之后继续',
        none: '重试时从第一个阶段开始',
      },
    },
    threshold: {
      failedCount: '{count} 个租户失败',
      failedPercent: '{percent} % 的租户失败',
      consecutive: '连续 {count} 个租户失败',
      sameError: '{count} 个租户因同一错误失败',
    },
    or: '或',
    commaOr: '，或',
    wave: { all: '全部租户', rest: '其余租户', size: '{count} 个租户' },
    noBake: '无',
    gated: '测量 {count, number} 次，间隔 {every}，未通过则{otherwise, select, rollback {回滚} other {停止}}',
    line: {
      atOnce: '同时 {count} 个',
      oneWave: '一批完成',
      waveOf: '第 {wave} 批，共 {of} 批',
      noThreshold: '无阈值',
      haltsAt: '{thresholds}时停止',
      policy: '{name}：{text}',
    },
    table: {
      atOnce: '同时切换的租户数',
      haltsWhen: '停止条件',
      never: '不会自动停止',
      driftGuard: '漂移保护',
      guarded: '开启：发送前比对实际运行的版本',
      unguarded: '关闭',
      retries: '重试',
      atMost: '每个租户最多 {count} 次',
      wave: '批次',
      size: '规模',
      progress: '进度',
      bake: '之后观察',
      notBegun: '尚未开始',
      done: '已完成 {done} / {all}',
      failed: '，{failed} 个失败',
    },
  },
);
