/** Why a step failed, and what the targets did; most follow the name of an instance. */
export const failures: Record<string, string> = {
  'answered {n}, expected {}': '应答 {1},期望 {2}',
  'answered {n} without the value {}': '应答 {1},但没有值 {2}',
  'answered {n}, but {}': '应答 {1},但{2}',
  'gave no answer within {n} ms': '{1} 毫秒内没有应答',
  'refused the connection: nothing listens there': '拒绝连接:那里没有监听',
  'cut the connection before it answered': '在应答前断开了连接',
  'is not known to the name service': '域名服务中没有此名称',
  'cannot be looked up: the name service gives no answer': '无法解析:域名服务没有应答',
  'cannot be reached': '无法访问',
  'sent more than 1 MiB': '发送超过 1 MiB',
  'sent more than 1 MiB once unpacked': '解压后超过 1 MiB',
  'sent more than 16 KiB of headers': '发送的标头超过 16 KiB',
  'sent a body of another length than its content-length says': '正文长度与 content-length 不符',
  'sent a body packed as {}, which is not supported': '正文以 {1} 压缩,不受支持',
  'sent a body that is not {}, although it says so': '声称正文是 {1},实际不是',
  'does not speak TLS there: is the address http?': '那里不是 TLS:地址是 http 吗?',
  'answered something that is not HTTP/1.1 ({})': '应答的不是 HTTP/1.1({1})',
  'a status that a client must not get': '客户端不应收到的状态',
  'answered before it was asked': '未经请求就应答',
  'answered with more than 1 MiB': '应答超过 1 MiB',
  'shows a certificate that is not trusted ({}); if it is right, give its authority as caPem':
    '出示了不受信任的证书({1});如证书无误,请以 caPem 提供其颁发机构',
  'runs {}': '运行 {1}',
  '{}, but does not say its digest': '{1},但未给出摘要',
  '{} with another content': '{1},但内容不同',
  '{} with another content (digest {}, expected {})': '{1},但内容不同(摘要 {2},期望 {3})',
  '{} when read back': '回读时{1}',
  'does not say its version ({})': '未给出版本({1})',
  'nothing at {}': '{1} 处没有内容',
  'no "{}" in {}': '{2} 中没有“{1}”',
  'without {}': '没有 {1}',
  'the answer': '应答',
  'the body': '正文',
  'cannot be asked what it runs: the playbook has no health-check': '无法询问其运行的版本:剧本没有健康检查',
  '{} of the body': '正文的 {1}',
  'the header {}': '标头 {1}',
  '{} is missing in it, expected {}': '其中没有 {1},期望 {2}',
  '{} is missing in it': '其中没有 {1}',
  '{} is there in it': '其中有 {1}',
  '{} does not contain "{}"': '{1} 不包含“{2}”',
  'could not be switched: Redis {}': '无法切换:Redis {1}',
  'refused it: {}': '拒绝:{1}',
  'cannot take it now: {}': '目前无法接受:{1}',
  'holds something else under {}': '{1} 下是其他内容',
  'holds it under {}': '{1} 下就是它',
  'was not called: {}': '未被调用:{1}',
  'was not called: its URL has a user name or a password in it. Give them as auth':
    '未被调用:其 URL 含有用户名或密码。请以 auth 提供',
  'cloud metadata services are never called': '从不调用云元数据服务',
  'steps may call nothing yet. Set {} (a comma list) and restart':
    '步骤尚不可调用任何地址。请设置 {1}(逗号列表)并重启',
  'it is not on the list of hosts steps may call. Add {} to {w} and restart':
    '它不在步骤可调用的主机列表中。请将 {1} 加入 {2} 并重启',
  'its address {} is not on the list of hosts steps may call. Add {} to {w} and restart':
    '其地址 {1} 不在步骤可调用的主机列表中。请将 {2} 加入 {3} 并重启',
  'it resolves to {}, this machine. If that is meant, add {} to {w}':
    '它解析为本机 {1}。如确需如此,请将 {2} 加入 {3}',
  '{} is a link-local, metadata or unusable address, which steps never call':
    '{1} 是链路本地、元数据或不可用的地址,步骤从不调用',
  'was not asked: {}': '未被询问:{1}',
  'time ran out': '超时',
  'After {n} rounds {n} of {n} instances do not confirm {w}: {}.':
    '{1} 轮后,{3} 个实例中有 {2} 个未确认 {4}:{5}。',
  'After {n} round {n} of {n} instances do not confirm {w}: {}.':
    '{1} 轮后,{3} 个实例中有 {2} 个未确认 {4}:{5}。',
  'After {n} rounds {n} instances do not confirm {w}: {}.': '{1} 轮后,{2} 个实例未确认 {3}:{4}。',
  'After {n} round {n} instances do not confirm {w}: {}.': '{1} 轮后,{2} 个实例未确认 {3}:{4}。',
  'All {} confirm {w}, but only in the last {} of {n}; {n} in a row are asked for.':
    '全部 {1}确认 {2},但仅在 {4} 轮中的最后 {3};要求连续 {5} 轮。',
  '{n} instances': '{1} 个实例',
  '{n} instance': '{1} 个实例',
  '{n} rounds': '{1} 轮',
  '{n} round': '{1} 轮',
  '{n} tasks': '{1} 个任务',
  '{n} task': '{1} 个任务',
  '{n} tenants': '{1} 个租户',
  '{n} tenant': '{1} 个租户',
  'It is starting.': '正在启动。',
  'The connection that tells that this process lives was lost.': '表明此进程存活的连接已丢失。',
  'The connection that tells that this process lives is not back yet.': '表明此进程存活的连接尚未恢复。',
  'The database gave no answer for {n} s.': '数据库已有 {1} 秒没有应答。',
  'Nothing was sent: {}, expected {w}. Somebody changed it outside of Switchyard.':
    '未发送任何内容:{1},期望 {2}。有人在 Switchyard 之外更改了它。',
  'Nothing was sent: {}': '未发送任何内容:{1}',
  'The checkpoint store lost what completed stages left for later ones. Retry it from its first stage.':
    '检查点存储丢失了已完成阶段留给后续阶段的数据。请从第一个阶段重试。',
  'The database refused to store what came of this step: {}. Its effect on the target is not on record.':
    '数据库拒绝存储此步骤的结果:{1}。其对目标的影响没有记录。',
  'A secret of the tenant cannot be opened: {}. Set it anew, or give the server the key it was sealed with.':
    '无法打开租户的机密:{1}。请重新设置,或为服务器提供加密它的密钥。',
  'What {w} took from the answers for later stages {}. Extract less, or something else.':
    '{1} 从应答中为后续阶段取出的内容{2}。请减少提取,或提取其他内容。',
  'may have been told by the process that stopped during this step. {}':
    '可能已由在此步骤中停止的进程发送。{1}',
  'may have been told by the process that stopped during this step, and nobody can tell ({}). {}':
    '可能已由在此步骤中停止的进程发送,且无法判断({1})。{2}',
  'Look at it, then resolve the task: "applied" if it was, "resend" if not':
    '请检查后处置此任务:已生效选“已生效”,否则选“重新发送”',
  'Look at it, then resolve the task: "applied" if it was, "resend" if not.':
    '请检查后处置此任务:已生效选“已生效”,否则选“重新发送”。',
  '{}, and nobody can tell whether it was carried out all the same ({}). {}':
    '{1},且无法判断是否仍已执行({2})。{3}',
  '{}, and it may have been carried out all the same. {}': '{1},且可能仍已执行。{2}',
  '{}, and afterwards {}': '{1},之后{2}',
  'there is no read back': '没有回读',
  'shows it when read back': '回读可见',
  'it was only read': '仅为读取',
  'was applied although its answer was lost (it {})': '虽然应答丢失,但已生效(它{1})',
  'Stopped by {} while {} was being told: nobody knows whether that took effect. Look at it, then decide.':
    '{1} 停止时正在向 {2} 发送:无法得知是否生效。请检查后决定。',
  'Stopped by {} while {} was being told ({}): nobody knows whether that took effect. Look at it, then decide.':
    '{1} 停止时正在向 {2} 发送({3}):无法得知是否生效。请检查后决定。',
  '{}, and with the answer the value "{}" that later stages need. Resolve the task with "resend"':
    '{1},后续阶段需要的值“{2}”也随应答丢失。请以“重新发送”处置此任务',
  '{}: its switch could not be confirmed.': '{1}:其切换无法确认。',
  'Stopped by {} between two rounds.': '由 {1} 在两轮检查之间停止。',
  'Stopped by {} between two tries.': '由 {1} 在两次尝试之间停止。',
  'Stopped by {} between two rounds ({}).': '由 {1} 在两轮检查之间停止({2})。',
  'Stopped by {} between two tries ({}).': '由 {1} 在两次尝试之间停止({2})。',
  "Its run was taken over {n} times in a row without getting on. {}. Look at the target and the server's log, then retry or roll back":
    '其运行已连续被接管 {1} 次而没有进展。{2}。请检查目标和服务器日志,然后重试或回滚',
  'No process lived long enough to say why': '没有进程存活到能说明原因',
  'The last one ended with: {}': '最后一次结束于:{1}',
  '{} rejected by {}': '{2} 拒绝了 {1}',
  '{} rejected by {}: {}': '{2} 拒绝了 {1}:{3}',
  'The receiver answered {n}.': '接收方应答 {1}。',
  'The receiver gave no answer within {n} s.': '接收方在 {1} 秒内没有应答。',
  'The receiver could not be reached ({}).': '无法连接接收方({1})。',
  'unknown error': '未知错误',
  'The webhook was switched off before this could be delivered.': '在送达之前该 webhook 已被关闭。',
  '{}. Make the webhook anew to give it another secret.': '{1}。请重建该 webhook 以更换机密。',
  'Somebody holds a lock on its rows in the database, so nothing of this plan can be stored. What runs waits; nothing is lost. See pg_stat_activity and pg_locks for who it is.':
    '数据库中有人锁定了它的行,因此此计划的任何内容都无法存储。运行中的内容会等待,不会丢失。请在 pg_stat_activity 和 pg_locks 中查看是谁。',
  'The database takes too long to store what this plan does, and the statement is ended and sent again. What runs waits; nothing is lost. See pg_stat_activity and the database’s log.':
    '数据库存储此计划的操作耗时过长,语句被中止并重新发送。运行中的内容会等待,不会丢失。请查看 pg_stat_activity 和数据库日志。',
};
