import { bilingual } from '../bilingual';

/** Words of every table, and of what lists are narrowed by. */
export const table = bilingual(
  {
    loading: 'Loading',
    menu: 'Columns and order',
    columns: 'Columns',
    sortBy: 'Sort by',
    copyRows: 'Copy these rows',
    copied: '{count, plural, =0 {Cell copied.} one {# row copied.} other {# rows copied.}}',
    select: 'Select {name}',
    selectAll: 'Select all',
    unread: 'This could not be read',
    labels: 'Labels',
    anyLabel: 'Any label',
    noLabel: 'No label like this',
    more: {
      shown: '{shown, number} of {total, number} {what}',
      failed: '{shown, number} of {total, number} {what}: the rest could not be read',
      more: 'Show more',
    },
  },
  {
    loading: '加载中',
    menu: '列与排序',
    columns: '列',
    sortBy: '排序依据',
    copyRows: '复制这些行',
    copied: '{count, plural, =0 {已复制单元格。} other {已复制 # 行。}}',
    select: '选择 {name}',
    selectAll: '全选',
    unread: '无法读取',
    labels: '标签',
    anyLabel: '任意标签',
    noLabel: '没有这样的标签',
    more: {
      shown: '{total, number} {what}中的 {shown, number} 个',
      failed: '{total, number} {what}中的 {shown, number} 个，其余无法读取',
      more: '显示更多',
    },
  },
);
