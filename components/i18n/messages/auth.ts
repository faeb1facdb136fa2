import { bilingual } from '../bilingual';

/** Words of the pages shown to someone who is not signed in. */
export const auth = bilingual(
  {
    email: 'E-mail',
    password: 'Password',
    login: {
      title: 'Sign in',
      submit: 'Sign in',
      wrong: 'E-mail or password is not right.',
      limited: 'Too many attempts from your address. Try again in {seconds, number} s.',
      unreachable: 'The server could not be reached. Check your connection and try again.',
      failed: 'Signing in did not work ({status}). The log of the server says why.',
      help: 'Accounts are made by an administrator.',
      emailMissing: 'Enter your e-mail address.',
      passwordMissing: 'Enter your password.',
    },
    sso: {
      submit: 'Sign in with {name}',
      or: 'or',
      alone: 'Your groups there decide what you may do here.',
      instead: 'This account signs in by single sign-on. Use that instead of a password.',
      refused: {
        code: 'The provider did not confirm the sign-in, or could not be reached to do so. Nobody was signed in. Try again; if it stays so, an administrator finds the reason in the log of the server.',
        denied:
          'The provider did not let you in, or you ended the sign-in there. Try again, or ask whoever runs the provider.',
        emailUnverified:
          'The provider has not verified your e-mail address, so that it may be somebody else’s. Have it verified there, then sign in again.',
        failed:
          'The sign-in came to nothing. Nobody was signed in. Try again; if it stays so, an administrator finds the reason in the log of the server.',
        issuer:
          'The answer came from another provider than the one that is set up here, so it was not believed. An administrator has to look at the issuer in the settings.',
        limited: 'Too many sign-ins from your address. Wait a minute, then try again.',
        noEmail:
          'The provider told no e-mail address of you, and people are known by it here. Ask whoever runs the provider to pass it on.',
        noGroup:
          'You are known there, but none of your groups may use Switchyard. Ask an administrator which group you need, then sign in again.',
        noSubject: 'The provider did not say who you are. An administrator has to look at how it is set up.',
        otherSubject:
          'Your e-mail address belongs to another person’s account here. If it is yours now, ask an administrator to remove that account, then sign in again.',
        state:
          'This sign-in was begun in another browser, took longer than five minutes, or was used already. Start again here.',
        token:
          'What the provider said about you could not be verified, so it was not believed. Try again; if it stays so, ask an administrator.',
        unreachable:
          'The provider cannot be reached at the moment, so nobody can sign in with it. Whoever is signed in can go on. Try again in a few minutes.',
      },
    },
    secondStep: {
      code: 'Code',
      codeHint: 'Your authenticator shows a new one every half minute.',
      codeMissing: 'Enter the 6 digits of the code.',
      backupCode: 'Backup code',
      backupCodeHint: 'One of those you were given when you set the second factor up. Each works once.',
      backupCodeMissing: 'Enter a backup code.',
      toBackupCode: 'Use a backup code',
      toCode: 'Use a code of the authenticator',
      startAgain: 'Start again',
      submit: 'Sign in',
      wrong: 'This code is not right.',
      wrongBackupCode: 'This backup code is not right, or was used already.',
      used: 'This code was used already. Wait for the next one.',
      expired: 'This took too long, or too many tries. Start again with your password.',
      locked: 'Too many wrong codes in a row. Try again in a quarter of an hour.',
    },
    secondFactor: {
      title: 'Set up a second factor',
      intro: 'It is required of you. Until it is set up, nothing else is open to you.',
      leave: 'Sign out',
    },
    setup: {
      title: 'Set up Switchyard',
      intro: 'You are the first one here. This account will be the administrator.',
      name: 'Your name',
      passwordHint: 'At least {count, number} characters. A few words in a row work well.',
      submit: 'Create administrator',
      nameMissing: 'Enter your name.',
      emailInvalid: 'Enter an e-mail address, like name@example.com.',
      passwordShort: 'A password has at least {count, number} characters.',
      failed: 'The account was not created: {reason}',
      created: 'The account was made, but signing in did not work. Sign in by hand.',
      linkTitle: 'Open the setup link',
      linkBody:
        'Nobody has an account yet. When Switchyard started, it printed a link to this page in its terminal or log. Open that link to create the first account.',
      expiredTitle: 'This setup link no longer works',
      expiredBody:
        'It has expired or is not complete. Restart Switchyard: it prints a new link in its terminal or log.',
      doneTitle: 'Setup is done',
      doneBody: 'There is an account already, so this link has no further use.',
      toLogin: 'Sign in',
    },
    reset: {
      title: 'Set a new password',
      intro: 'This link is for {name}. Your sessions end everywhere when the password is set.',
      submit: 'Set password',
      expiredTitle: 'This link no longer works',
      expiredBody:
        'It has expired, was used, was replaced by a newer one, or is not complete. Ask an administrator for a new one.',
    },
    invite: {
      title: 'Join Switchyard',
      intro: 'You are invited as {role}. Choose a name and a password.',
      submit: 'Create account',
      expiredTitle: 'This invite no longer works',
      expiredBody:
        'It has expired, was used, was replaced by a newer one, or is not complete. Ask an administrator for a new one.',
    },
  },
  {
    email: '电子邮箱',
    password: '密码',
    login: {
      title: '登录',
      submit: '登录',
      wrong: '电子邮箱或密码不正确。',
      limited: '来自您地址的尝试过多。请在 {seconds, number} 秒后重试。',
      unreachable: '无法连接服务器。请检查网络后重试。',
      failed: '登录未成功（{status}）。服务器日志中有具体原因。',
      help: '账户由管理员创建。',
      emailMissing: '请输入电子邮箱。',
      passwordMissing: '请输入密码。',
    },
    sso: {
      submit: '使用 {name} 登录',
      or: '或',
      alone: '您在那里的用户组决定您在此处的权限。',
      instead: '此账户通过单点登录进入。请使用单点登录，而不是密码。',
      refused: {
        code: '身份提供方未确认此次登录，或无法连接到它。未登录任何人。请重试；若仍如此，管理员可在服务器日志中查到原因。',
        denied: '身份提供方未允许您进入，或您在那里中止了登录。请重试，或联系身份提供方的管理者。',
        emailUnverified: '身份提供方尚未验证您的电子邮箱，它可能属于他人。请在那里完成验证，然后重新登录。',
        failed: '登录未完成。未登录任何人。请重试；若仍如此，管理员可在服务器日志中查到原因。',
        issuer: '应答来自另一个身份提供方，与此处的设置不符，因此未予采信。请管理员检查设置中的 issuer。',
        limited: '来自您地址的登录过多。请等待一分钟后重试。',
        noEmail: '身份提供方未告知您的电子邮箱，而此处以邮箱识别人员。请联系身份提供方的管理者传递该信息。',
        noGroup:
          '身份提供方认识您，但您的用户组均无权使用 Switchyard。请向管理员询问需要哪个用户组，然后重新登录。',
        noSubject: '身份提供方未说明您是谁。请管理员检查其设置。',
        otherSubject:
          '您的电子邮箱属于此处另一人的账户。如果它现在是您的，请管理员移除该账户，然后重新登录。',
        state: '此次登录在另一个浏览器中开始、超过五分钟，或已使用过。请在此处重新开始。',
        token: '身份提供方关于您的信息无法验证，因此未予采信。请重试；若仍如此，请联系管理员。',
        unreachable: '目前无法连接身份提供方，因此无法用它登录。已登录的人可以继续。请几分钟后重试。',
      },
    },
    secondStep: {
      code: '验证码',
      codeHint: '您的身份验证器每半分钟显示一个新的验证码。',
      codeMissing: '请输入 6 位验证码。',
      backupCode: '备用码',
      backupCodeHint: '设置双重验证时给您的备用码之一。每个只能使用一次。',
      backupCodeMissing: '请输入备用码。',
      toBackupCode: '使用备用码',
      toCode: '使用身份验证器的验证码',
      startAgain: '重新开始',
      submit: '登录',
      wrong: '此验证码不正确。',
      wrongBackupCode: '此备用码不正确，或已使用过。',
      used: '此验证码已使用过。请等待下一个。',
      expired: '用时过长或尝试过多。请从输入密码重新开始。',
      locked: '连续输错验证码过多。请在一刻钟后重试。',
    },
    secondFactor: {
      title: '设置双重验证',
      intro: '您必须启用双重验证。设置完成之前，其他功能均不可用。',
      leave: '退出登录',
    },
    setup: {
      title: '设置 Switchyard',
      intro: '您是第一位用户，此账户将成为管理员。',
      name: '您的姓名',
      passwordHint: '至少 {count, number} 个字符，几个连在一起的词就很好。',
      submit: '创建管理员',
      nameMissing: '请输入您的姓名。',
      emailInvalid: '请输入电子邮箱，例如 name@example.com。',
      passwordShort: '密码至少 {count, number} 个字符。',
      failed: '账户未创建：{reason}',
      created: '账户已创建，但登录未成功。请手动登录。',
      linkTitle: '请打开设置链接',
      linkBody:
        '还没有任何账户。Switchyard 启动时在终端或日志中打印了此页面的链接，打开该链接即可创建第一个账户。',
      expiredTitle: '此设置链接已失效',
      expiredBody: '链接已过期或不完整。重启 Switchyard，它会在终端或日志中打印新的链接。',
      doneTitle: '设置已完成',
      doneBody: '已有账户，此链接不再有用。',
      toLogin: '登录',
    },
    reset: {
      title: '设置新密码',
      intro: '此链接供 {name} 使用。设置密码后，您在各处的会话都会结束。',
      submit: '设置密码',
      expiredTitle: '此链接已失效',
      expiredBody: '它已过期、已使用、被更新的链接取代，或不完整。请向管理员索取新的链接。',
    },
    invite: {
      title: '加入 Switchyard',
      intro: '您受邀成为{role}。请填写姓名并设置密码。',
      submit: '创建账户',
      expiredTitle: '此邀请已失效',
      expiredBody: '邀请已过期、已使用、已被新的邀请取代，或链接不完整。请向管理员索取新的邀请。',
    },
  },
);
