import { bilingual } from '../bilingual';

/** Words of the frame around every screen. */
export const shell = bilingual(
  {
    skip: 'Skip to content',
    navigation: 'Main',
    nav: {
      fleet: 'Fleet',
      plans: 'Plans',
      tenants: 'Tenants',
      versions: 'Versions',
      playbooks: 'Playbooks',
      executor: 'Executor',
      audit: 'Audit',
      settings: 'Settings',
    },
    signOut: 'Sign out',
    signOutFailed: 'You are still signed in: the server could not be reached.',
    theme: 'Appearance',
    themes: { light: 'Light', dark: 'Dark', auto: 'System' },
    language: 'Language',
    zone: 'Times in',
    zones: { local: 'Local', utc: 'UTC' },
    roles: { viewer: 'Viewer', operator: 'Operator', admin: 'Administrator' },
    notFound: {
      title: 'There is nothing at this address',
      body: 'It may have been removed, or the link is incomplete.',
      back: 'Go to the plans',
    },
    failed: {
      title: 'This page could not be shown',
      body: 'Running plans are not affected. The log of the server says what happened.',
      again: 'Try again',
    },
  },
  {
    skip: '跳到正文',
    navigation: '主导航',
    nav: {
      fleet: '全景',
      plans: '计划',
      tenants: '租户',
      versions: '版本',
      playbooks: '剧本',
      executor: '执行器',
      audit: '审计',
      settings: '设置',
    },
    signOut: '退出登录',
    signOutFailed: '您仍处于登录状态:无法连接服务器。',
    theme: '外观',
    themes: { light: '浅色', dark: '深色', auto: '跟随系统' },
    language: '语言',
    zone: '时间显示',
    zones: { local: '本地', utc: 'UTC' },
    roles: { viewer: '查看者', operator: '操作员', admin: '管理员' },
    notFound: {
      title: '此地址没有内容',
      body: '它可能已被删除,或链接不完整。',
      back: '前往计划',
    },
    failed: {
      title: '无法显示此页面',
      body: '运行中的计划不受影响。服务器日志中有具体原因。',
      again: '重试',
    },
  },
);
