import { bilingual } from '../bilingual';

/** Words of comparisons of two configurations. */
export const diff = bilingual(
  {
    none: 'No difference.',
    lines: '{count, plural, one {line} other {lines}}',
    more: '{count, plural, one {# more line} other {# more lines}}',
    gap: '{count, plural, one {# unchanged line} other {# unchanged lines}}',
    added: 'Added: ',
    removed: 'Removed: ',
    byKey: 'What changes by key',
    absent: 'not there',
    moreValues: 'And {count, plural, one {# more value} other {# more values}}.',
    sameValues: '{count, plural, one {# value stays} other {# values stay}} as they are.',
    raw: 'Line by line',
  },
  {
    none: '没有差异。',
    lines: '{count, plural, other {行}}',
    more: '另有 {count, plural, other {# 行}}',
    gap: '{count, plural, other {# 行}}未变',
    added: '新增：',
    removed: '删除：',
    byKey: '按键的变更',
    absent: '不存在',
    moreValues: '另有 {count, plural, other {# 个值}}。',
    sameValues: '{count, plural, other {# 个值}}保持不变。',
    raw: '逐行比较',
  },
);
