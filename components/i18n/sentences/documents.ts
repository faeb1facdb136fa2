/** What is wrong with documents, and why they are not applied. */
export const documents: Record<string, string> = {
  'At most {n} documents at once.': '一次最多 {1} 个文档。',
  'must be {} days at least, so that nobody removes what happened just now':
    '必须至少为 {1} 天，以免有人移除刚刚发生的内容',
  'must be "settings": there is one document of them': '必须是“settings”：设置只有一个文档',
  'must be the unit and the version, like edge-router/v2': '必须是单元和版本，例如 edge-router/v2',
  'is that of documents.{} as well': '与 documents.{1} 相同',
  'is missing: this playbook is not there yet': '缺失：此剧本尚不存在',
  '{} is called "{}", and a unit keeps its name': '{1} 的名称是“{2}”，单元的名称不会改变',
  '{} {} exists already and is another one. Versions never change: choose another name.':
    '{1} {2} 已存在且内容不同。版本永不改变：请另选名称。',
  'Tenant {} cannot go: it has an unfinished task in {}. Cancel it first, or name the tenant.':
    '租户 {1} 不能移除：它在 {2} 中有未完成的任务。请先取消任务，或在文档中列出此租户。',
  'there are {n} {v} called "{}": give them names of their own first':
    '有 {1} 个{2}名为“{3}”：请先为它们各取名称',
  'is missing (known: {})': '缺失（可用：{1}）',
  freezes: '冻结',
  notifications: '通知',
  'Nothing was done, for other documents are being applied just now. Apply again once they are.':
    '没有做任何更改，因为另一些文档正在应用中。请在其完成后再次应用。',
  'Nothing was done, for these are not the changes any more that were shown: {} (and {n} more). Look at them again.':
    '未执行任何操作，因为以下更改已与所显示的不同：{1}（另有 {2} 项）。请重新查看。',
  'Nothing was done, for these are not the changes any more that were shown: {}. Look at them again.':
    '未执行任何操作，因为以下更改已与所显示的不同：{1}。请重新查看。',
  '{n} of {n} changes were made, then one was refused. {}: {v}':
    '{2} 项更改中的 {1} 项已完成，随后一项被拒绝。{3}：{4}',
};
