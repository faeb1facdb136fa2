/** What the server and the state machines refuse, by the English they say it with. */
export const refusals: Record<string, string> = {
  'must be 1 to 5, or -1 for the last': '必须为 1 到 5，或以 -1 表示最后一个',
  'Choose at least one week.': '请至少选择一周。',
  'This concerns the whole fleet; your rights are for tenants with {}.':
    '此操作涉及整个租户群；您的权限仅限于 {1} 的租户。',
  'This plan has tenants besides yours, and this concerns the plan as a whole. Act on the tasks of your tenants, or ask somebody whose rights are for all of them.':
    '此计划还包含您权限之外的租户，而此操作涉及整个计划。请对您的租户的任务进行操作，或请对全部租户拥有权限的人处理。',
  'There is no plan {w} with tenants of yours ({}).': '没有包含您的租户（{2}）的计划 {1}。',
  'There is no task {w} of a tenant of yours ({}).': '没有属于您的租户（{2}）的任务 {1}。',
  'There is no tenant {w} among yours ({}).': '您的租户（{2}）中没有 {1}。',
  '{w} is not among your tenants ({}).': '{1} 不属于您的租户（{2}）。',
  'With these labels {w} would not be among your tenants ({}).':
    '使用这些标签后，{1} 将不再属于您的租户（{2}）。',
  'There was a tenant {w} before. Somebody whose rights are for all tenants can bring it back.':
    '以前有过租户 {1}。对全部租户拥有权限的人可以将其恢复。',
  'This freeze would hold tenants besides yours ({}). Name one of yours, or labels that only they have.':
    '此冻结还会影响您权限之外的租户（您的租户：{1}）。请指定您的一个租户，或仅您的租户才有的标签。',
  'Administrators are for all tenants: choose another role, or no labels.':
    '管理员面向全部租户：请选择其他角色，或不填标签。',
  'Give at least one set of labels, or null for all tenants.': '请至少给出一组标签；全部租户则为 null。',
  'Give at most {n} sets of labels.': '最多给出 {1} 组标签。',
  'has 1 to {n} labels': '须有 1 到 {1} 个标签',
  'is too long: take fewer or shorter labels': '过长：请减少或缩短标签',
  'This task is {v}; {v} does not apply.': '此任务{1}，不能{2}。',
  'This plan is {v}; it cannot be {v}.': '此计划{1}，不能{2}。',
  'Admission is halted already.': '已经停止准入。',
  'A {v} is already requested by {}.': '{2} 已请求{1}。',
  'Cancelling is already requested by {}.': '{1} 已请求取消。',
  'The plan is being {v}.': '计划正在{1}。',
  'The plan is being cancelled.': '计划正在取消。',
  'The plan is being rolled back.': '计划正在回滚。',
  'The plan was cancelled.': '计划已取消。',
  'The plan was resumed.': '计划已继续。',
  'The plan was over before it began, so nothing of it runs any more. Make a new one.':
    '计划尚未开始便已结束，其中的内容不再执行。请新建计划。',
  'The plan is not paused.': '计划未暂停。',
  'The plan has not started, so there is nothing to roll back.': '计划尚未启动，没有可回滚的内容。',
  'Give a reason for not waiting until the stages that run have ended.':
    '不等待运行中的阶段结束时，请填写原因。',
  'Give a reason for not waiting until its stage has ended.': '不等待其阶段结束时，请填写原因。',
  'Give a reason for not waiting until the stage has ended.': '不等待阶段结束时，请填写原因。',
  'No task has an earlier configuration to go back to.': '没有任务存在可返回的较早配置。',
  'No task has anything left to roll back.': '没有任务还有可回滚的内容。',
  'There is no earlier configuration to go back to.': '没有可返回的较早配置。',
  'No stage has started, so there is nothing to roll back. Cancel it instead.':
    '尚未开始任何阶段，没有可回滚的内容。请改为取消。',
  'Nothing was sent to its instances, so there is nothing to take back.':
    '尚未向其实例发送任何内容，没有可撤回的内容。',
  '{} is what it runs; choose a version to go back to.': '它运行的就是 {1}，请选择要返回的版本。',
  'No start is scheduled.': '没有预定启动时间。',
  'The start lies in the past. Start the plan now, or choose a later time.':
    '启动时间已过。请立即启动计划，或选择更晚的时间。',
  'The plan has no deadline.': '计划没有截止时间。',
  'The deadline lies in the past. Choose a later one.': '截止时间已过，请选择更晚的时间。',
  'The deadline must lie after the start.': '截止时间必须晚于启动时间。',
  'The start must lie before the deadline.': '启动时间必须早于截止时间。',
  'That is its deadline already.': '截止时间已经是它。',
  'The deadline was changed since. Look at it first.': '截止时间此后已更改，请先查看。',
  'Its deadline has passed. Move the deadline first.': '截止时间已过，请先推迟截止时间。',
  'needs a deadline: give finishBy': '需要截止时间：请给出 finishBy',
  'A latest start needs a start.': '最迟启动时间需要先有启动时间。',
  'The latest start must lie after the start.': '最迟启动时间必须晚于启动时间。',
  'The plan is neither halted nor held up by failures in a wave.': '计划既未停止，也未因某批失败而受阻。',
  'Concurrency must be a whole number from 1 to {n}.': '并发数必须是 1 到 {1} 的整数。',
  'Concurrency is {n} already.': '并发数已经是 {1}。',
  'There is no open request to withdraw.': '没有可撤回的请求。',
  'Nobody asked this task to go on.': '没有人请求此任务继续。',
  'It waits for an approval: approve or reject it.': '它在等待批准：请批准或拒绝。',
  'Only an administrator can approve this.': '只有管理员可以批准。',
  'People approve this, signed in as themselves; an API key cannot.': '须由本人登录批准，API 密钥不能批准。',
  'You made this plan: somebody else has to approve it.': '此计划由您创建，须由他人批准。',
  'You approved this already; it takes somebody else as well.': '您已批准，还需要他人批准。',
  'There is time left to decide about it.': '还有时间作出决定。',
  'The time to approve it is over.': '批准的时限已过。',
  'It waits for an approval in {} by now.': '它现在已在 {1} 等待批准。',
  'It waits for another approval by now than the one this was asked about.':
    '它现在等待的已不是提出此操作时的那项批准。',
  'Its start waits for approval: {n} of {n} so far.': '启动等待批准：需要 {2} 人，已有 {1} 人。',
  'Its start needs no approval.': '启动无须批准。',
  'Its start is approved already.': '启动已获批准。',
  'Who is in the group {} approves this. You are not, as far as the provider last said; sign in again if that has changed.':
    '须由 {1} 组的成员批准。据身份提供方最近的信息，您不在该组；如已变更，请重新登录。',
  'Freezes are overridden for this plan already. Withdraw that first.':
    '此计划已豁免冻结期。请先撤回该豁免。',
  'An override was asked for already. Withdraw it to ask anew.': '已请求过豁免。如需重新请求，请先撤回。',
  'Say why this plan cannot wait for the end of the freeze.': '请说明此计划为何不能等到冻结期结束。',
  'No freeze holds this plan now. Say until when those that come are not to hold it.':
    '当前没有冻结期限制此计划。请说明此后的冻结期在何时之前不限制它。',
  'The end lies in the past. Choose a later one.': '结束时间已过。请选择更晚的时间。',
  'An override lasts {n} days at most.': '豁免最长 {1} 天。',
  'Another override was asked for since. Look at it first.': '此后已有另一个豁免请求。请先查看。',
  'The override was asked for until a time that has passed. Ask anew.':
    '所请求的豁免的结束时间已过。请重新请求。',
  'Nobody asked for an override of freezes, or it was withdrawn.': '没有冻结期豁免的请求，或已被撤回。',
  'The override is granted already.': '豁免已获批准。',
  'There is no override of freezes to withdraw.': '没有可撤回的冻结期豁免。',
  'You asked for this override: somebody else has to approve it.': '此豁免由您请求：须由他人批准。',
  'Nothing of this plan goes forward any more, and no freeze holds up the way back.':
    '此计划不再前进，而冻结期不阻碍回滚。',
  'Overriding a freeze needs approval here, so only an administrator takes one away. Ask for an override for the plan instead.':
    '此处豁免冻结期须经批准，因此只有管理员可以移除冻结期。请改为请求对该计划的豁免。',
  'At most {n} labels.': '最多 {1} 个标签。',
  'Say how many tenants, or which label, make an approval necessary.':
    '请说明租户达到多少，或带有哪个标签时需要批准。',
  'Nobody is named who approves it.': '未指明由谁批准。',
  'The plan is paused. Resume the plan first.': '计划已暂停。请先继续计划。',
  'Nobody knows whether its last step took effect. Look at the target, then say: it was applied, or send it again.':
    '无法得知其最后一步是否生效。请检查目标，再选择：已生效，或重新发送。',
  'Retry limit reached ({n} of {n}). Give a reason to go beyond it.':
    '已达重试上限（{1} / {2}）。如需超出，请填写原因。',
  'The plan takes in no new tasks now.': '计划目前不接纳新任务。',
  'The plan is being cancelled; a task can be {v} once it has settled.': '计划正在取消；任务停下后才能{1}。',
  'The plan is being rolled back; a task can be {v} once it has settled.':
    '计划正在回滚；任务停下后才能{1}。',
  'It does not wait for an approval.': '它并未等待批准。',
  'It did not stop because of {}.': '它不是因{1}而停止的。',
  'a tenant that does not run what is on record': '租户实际运行的与记录不符',
  'a step in doubt': '存疑的步骤',
  'Give a reason for going on in spite of the drift.': '在漂移的情况下继续，请填写原因。',
  'A newer plan owns this tenant: it has switched it since.': '较新的计划已占有此租户：此后已将其切换。',
  'A newer plan owns this tenant.': '较新的计划已占有此租户。',
  'A rollback starts over: send it again. What is in place already is confirmed by its health check.':
    '回滚会从头开始：请重新发送。已就位的内容由其健康检查确认。',
  '{} never confirmed {}: only a version that all its instances once ran can be gone back to.':
    '{1} 从未确认过 {2}：只能返回其所有实例都曾运行过的版本。',
  'There is no {v} {}.': '没有{1} {2}。',
  'This needs the role {v}; yours is {v}.': '此操作需要{1}角色，您的角色是{2}。',
  'This needs the role {v}.': '此操作需要{1}角色。',
  'This needs a key with the scope {v}; this one has {}.': '此操作需要具有 {1} 范围的密钥；此密钥只有 {2}。',
  'Give at least one scope.': '请至少选择一个范围。',
  'Give a role, for all of it, or scopes.': '请给出角色（全部权限）或范围。',
  'This password is one of those tried first. Choose another, such as a few words in a row.':
    '此密码属于最先被尝试的密码。请另选一个，例如几个连在一起的词。',
  'A password has at least {n} different characters.': '密码至少包含 {1} 个不同的字符。',
  'This password is made of your name, address or the name of this site. Choose another.':
    '此密码由您的姓名、地址或本站名称组成。请另选一个。',
  'There is nothing here.': '这里什么也没有。',
  'Passwords are switched off here: people sign in by single sign-on.':
    '此处已停用密码：请通过单点登录进入。',
  'You came by single sign-on, which has no password here.': '您通过单点登录进入，此处没有密码。',
  'This account signs in by single sign-on. Use that instead of a password.':
    '此账户通过单点登录进入。请使用单点登录，而不是密码。',
  'They come by single sign-on: their groups there decide about their role and their sign-in.':
    '此人通过单点登录进入：其角色和登录由身份提供方中的用户组决定。',
  'The sign-in could not be begun.': '无法开始登录。',
  'single sign-on': '单点登录',
  'Too many wrong passwords or codes for this account from your address. Try again in {n} s.':
    '您的地址对此账户输错密码或验证码的次数过多。请在 {1} 秒后重试。',
  'A second factor is required of you. Set it up first.': '您必须启用双重验证。请先设置。',
  'This code was used already. Wait for the next one.': '此验证码已使用过。请等待下一个。',
  'Set up your own second factor first: it would be required of you at once.':
    '请先为自己设置双重验证：此要求会立即对您生效。',
  'Sign in with your passkey first: it would be required of you at once.':
    '请先用通行密钥登录：此要求会立即对您生效。',
  'A second factor is required of you, and yours is a passkey. Sign in with that instead.':
    '您必须使用双重验证，而您用的是通行密钥。请改用通行密钥登录。',
  'A second factor is required of you, and this is your last. Set up another one first.':
    '您必须使用双重验证，而这是最后一个。请先设置另一个。',
  'Passkeys need an https address with a name: set SWITCHYARD_PUBLIC_URL.':
    '通行密钥需要使用 https 和域名的地址：请设置 SWITCHYARD_PUBLIC_URL。',
  'What the authenticator answered could not be verified. Try again.': '无法验证身份验证器的应答。请重试。',
  'The authenticator did not check who holds it. Use one with a PIN, a fingerprint or a face.':
    '身份验证器未确认持有者。请使用带 PIN、指纹或面容的身份验证器。',
  'This passkey was registered already.': '此通行密钥已注册过。',
  'There is no such passkey any more.': '此通行密钥已不存在。',
  'You have {n} passkeys. Remove one first.': '您已有 {1} 个通行密钥。请先移除一个。',
  'They have no second factor.': '此人未启用双重验证。',
  'This invite has expired, was used, or is not complete. Ask for a new one.':
    '此邀请已过期、已使用或不完整。请索取新的邀请。',
  'This link has expired, was used, or is not complete. Ask for a new one.':
    '此链接已过期、已使用或不完整。请索取新的链接。',
  'A name has no invisible characters': '姓名不得包含不可见字符',
  'A name has at most {n} characters': '姓名最多 {1} 个字符',
  'Enter a name': '请输入姓名',
  'A name is no address: leave out the @': '姓名不是地址：请去掉 @',
  'A name has at least one letter or digit': '姓名至少包含一个字母或数字',
  'This name, or one that looks like it, stands for Switchyard itself. Choose another':
    '此名称（或外观相近的名称）代表 Switchyard 本身。请另选一个',
  'Somebody else is or was called so, or so that it looks the same. Add something to it: the records must tell you apart':
    '已有他人使用过此名称或外观相同的名称。请加以区分：记录必须能分清你们',
  'Sign in, or send an API key.': '请登录，或提供 API 密钥。',
  'Sign in first.': '请先登录。',
  'Too many requests at once. Try again in {n} s.': '请求过于频繁，请在 {1} 秒后重试。',
  'Too many requests from your address. Try again in {n} s.': '来自您地址的请求过多，请在 {1} 秒后重试。',
  '{}, so nothing was changed. Try again.': '{1}，未更改任何内容。请重试。',
  'Somebody holds a lock on it in the database (pg_stat_activity tells who)':
    '数据库中有人锁定了它（pg_stat_activity 可查看是谁）',
  'The database took too long': '数据库耗时过长',
  'Something went wrong here. It is in the server’s log; trying again may help.':
    '服务器出错，详情在服务器日志中；可尝试重试。',
  'The server gave no answer. Check the connection and try again.': '服务器没有应答。请检查网络后重试。',
  Refused: '被拒绝',
  'This requestId was used for something else, and nothing was done now. Send the command with a new one.':
    '此 requestId 已用于其他操作，本次未执行任何操作。请换一个再发送。',
  'This requestId was used for something else. Send the action with a new one.':
    '此 requestId 已用于其他操作。请换一个再发送。',
  'This task changes faster than the command could be placed. Try again.':
    '此任务变化太快，命令未能提交。请重试。',
  'This plan changes faster than the command could be placed. Try again.':
    '此计划变化太快，命令未能提交。请重试。',
  'The numbers changed since you reviewed them. Look at the review again.':
    '您复核之后数字已变化。请重新查看复核。',
  'Others are planning the same tenants at this moment. Try again.': '此刻有人正在规划相同的租户。请重试。',
  '{n} of {n} tenants cannot be switched (first: {}) Fix them, or ask to leave them out.':
    '{2} 个租户中有 {1} 个无法切换（首个：{3}）请修复它们，或选择将其排除。',
  'No tenant is left that could be switched.': '没有剩余的可切换租户。',
  'Choose at least one tenant.': '请至少选择一个租户。',
  'There is no version {} of {}.': '{2} 没有版本 {1}。',
  'The playbook has no stage {}.': '剧本没有阶段 {1}。',
  '{w} cannot work as it is: {} (and {n} more problems) Mend it and save it again.':
    '{1} 目前无法运行：{2}（另有 {3} 个问题）请修复并重新保存。',
  '{w} cannot work as it is: {} Mend it and save it again.': '{1} 目前无法运行：{2} 请修复并重新保存。',
  '{w} cannot be what it goes back to: {}': '{1} 不能作为返回的版本：{2}',
  'A plan has at most {n} tenants; this chooses {n}.': '一个计划最多 {1} 个租户，当前选择了 {2} 个。',
  'None of these tenants has a certain version of {} on record.':
    '这些租户中没有任何一个记录了 {1} 的确定版本。',
  'Nobody knows what it runs: plan a switch, which is confirmed.':
    '无法得知其运行的版本：请规划一次切换以确认。',
  'Nothing of {} is on record for it.': '没有关于它的 {1} 记录。',
  'Admission is stopped everywhere already.': '已经全部停止准入。',
  'Admission is not stopped.': '准入未停止。',
  '{} has taken this import back already.': '{1} 已撤销此导入。',
  'The tenants have changed since the preview, and nothing was imported. It would now create {n}, change {n} and take away {n} values.':
    '预览之后租户已变化，未导入任何内容。现在将新建 {1} 个、更改 {2} 个，并移除 {3} 个值。',
  'The tenants have changed since you looked, and nothing was done. It would now change {n}.':
    '您查看之后租户已变化，未执行任何操作。现在将更改 {1} 个。',
  'Somebody changed {} since you read it, and nothing was done. Read it again.':
    '您读取之后有人更改了 {1}，未执行任何操作。请重新读取。',
  '{} has another newest version than {n}. Look at it and save again.':
    '{1} 的最新版本已不是 {2}。请查看后重新保存。',
  'Somebody else changes these tenants all the time, and nothing was done. Send it again.':
    '有人在不断更改这些租户，未执行任何操作。请重新发送。',
  'It was removed since.': '此后已被移除。',
  'It is not among your tenants any more.': '它已不再属于您的租户。',
  'With its labels from before it would not be among your tenants.': '恢复原来的标签后，它将不属于您的租户。',
  'Changed since: {}.': '此后已更改：{1}。',
  'It is in {}.': '它在 {1} 中。',
  'A secret of it was set since.': '此后设置了它的机密。',
  'Somebody set this secret at the same moment. Set it again if yours is the right one.':
    '有人同时设置了此机密。如果您的正确，请重新设置。',
  '{} has an unfinished task. Cancel it first.': '{1} 有未完成的任务。请先取消。',
  '{} exists already. Versions never change: choose another name.':
    '{1} 已存在。版本不可更改，请换一个名称。',
  'Somebody saved this playbook at the same moment. Look at their version and save again.':
    '有人同时保存了此剧本。请查看对方的版本后再保存。',
  'They have this role already.': '此人已是该角色。',
  'This is the only administrator. Make somebody else one first.':
    '这是唯一的管理员。请先将其他人设为管理员。',
  '{} has an account already.': '{1} 已有账户。',
  'Setup is already done. Sign in instead.': '设置已完成。请直接登录。',
  'This setup link has expired or is not complete. Restart Switchyard: it prints a new one.':
    '此设置链接已过期或不完整。请重启 Switchyard，它会给出新的链接。',
  'The events of {} were removed on {}, as the retention time after its end was over. plans.summary tells what is kept; tasks and audit are complete.':
    '{1} 的事件已于 {2} 按保留期限删除。plans.summary 说明保留了什么；任务和审计是完整的。',
  'The events could not be read. They are tried again.': '无法读取事件，正在重试。',
  'There is no status page with this address.': '此地址没有状态页。',
  'One connection watches at most {n} plans. Leave one first.': '一个连接最多查看 {1} 个计划。请先离开一个。',
};
