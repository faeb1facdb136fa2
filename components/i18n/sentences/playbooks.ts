/** What the check of a playbook found. */
export const playbooks: Record<string, string> = {
  administrators: '管理员',
  'operators or administrators': '操作员或管理员',
  'It asks for {n} of the {v}, with {n} at present: nobody can fulfil it until others come.':
    '它要求 {1} 名{2}，而目前有 {3} 名：在其他人加入之前无人能满足。',
  'It asks for {n} of the {v} of the group {}, with {n} at present: nobody can fulfil it until others come.':
    '它要求组 {3} 中的 {1} 名{2}，而目前有 {4} 名：在其他人加入之前无人能满足。',
  'It asks for {n} of the {v} besides who made the plan, with {n} at present: of a plan that one of them makes nobody can fulfil it.':
    '它要求计划创建者以外的 {1} 名{2}，而目前有 {3} 名：其中一人创建的计划无人能满足。',
  'It asks for {n} of the {v} of the group {} besides who made the plan, with {n} at present: of a plan that one of them makes nobody can fulfil it.':
    '它要求组 {3} 中计划创建者以外的 {1} 名{2}，而目前有 {4} 名：其中一人创建的计划无人能满足。',
  'names a group, and people are in groups only where they come by single sign-on: nobody could ever approve this. Set up a provider, or leave the group out.':
    '指定了组，而只有通过单点登录的人员才有组：无人能够批准。请配置身份提供方，或不指定组。',
  'is empty: name a group, or leave it out': '为空：请填写组名，或不指定',
  'A playbook has at least one stage.': '剧本至少有一个阶段。',
  'A stage has at least one step.': '阶段至少有一个步骤。',
  'A playbook has at most {n} {w}.': '剧本最多 {1} 个 {2}。',
  'Stage names must differ.': '阶段名称必须各不相同。',
  'An approval is a stage of its own: no other step may stand beside it.':
    '批准是单独的阶段：不能与其他步骤并列。',
  '"{}" is not a kind of step (known: {}).': '“{1}”不是步骤类型（可用：{2}）。',
  'has more than {n} placeholders': '占位符超过 {1} 个',
  'has more than {n} filters in {}': '{2} 中的过滤器超过 {1} 个',
  'has more than {n} entries': '超过 {1} 项',
  'is too large: the gates of a plan have at most {n} {}': '过大：一个计划的所有关卡最多有 {1} 个{2}',
  'is nested more than {n} levels deep': '嵌套超过 {1} 层',
  'names the tenants more than {n} times': '列出租户超过 {1} 次',
  'names and values': '名称和值',
  'characters that are filled in': '要填充的字符',
  placeholders: '占位符',
  'characters of patterns and paths': '模式和路径的字符',
  'steps of patterns': '模式步骤',
  'has more than {n} values': '超过 {1} 个值',
  'has no field': '没有字段',
  'has no statement': '没有语句',
  'has no entry': '没有条目',
  'must look like {}': '必须形如 {1}',
  'has a user name or a password in it: give them as username and password, from a secret':
    '其中含有用户名或密码：请以 username 和 password 从密钥给出',
  'takes no options after the {v}': '{1}之后不能有选项',
  'has a {v} that cannot be read': '{1}无法读取',
  database: '数据库',
  'virtual host': '虚拟主机',
  'is sent as it stands: give what is to be filled in as params ($1 with PostgreSQL, ? with MariaDB)':
    '按原样发送：需填入的内容请以 params 给出（PostgreSQL 用 $1,MariaDB 用？）',
  'Give equals, matches, contains or exists.': '请给出 equals、matches、contains 或 exists。',
  '{}: this step is sent once for the tenant and has no endpoint. Give it "target": "instance", or name no endpoint.':
    '{1}：此步骤对租户只发送一次，没有端点。请设置 "target": "instance"，或不引用端点。',
  '{}: say what of "{}" is meant.': '{1}：请说明所指的是“{2}”的哪一项。',
  '{}: there is nothing below "{}".': '{1}：“{2}”之下没有内容。',
  '{}: "{}" is kept for each instance, and this step is sent once for the tenant.':
    '{1}：“{2}”按实例保存，而此步骤对租户只发送一次。',
  '{}: no call before this one takes "{}" from an answer.': '{1}：之前没有调用从响应中取出“{2}”。',
  '{}: no call before this one takes "{}" from an answer; did you mean "{}"?':
    '{1}：之前没有调用从响应中取出“{2}”；您是指“{3}”吗？',
  'is a path, and this step is sent once for the tenant: give the whole address, or "target": "instance"':
    '是路径，而此步骤对租户只发送一次：请给出完整地址，或设置 "target": "instance"',
  'must be an http or https address, or a path that begins with /':
    '必须是 http 或 https 地址，或以 / 开头的路径',
  'is a number that cannot be kept exactly: write it as a template, like {}':
    '是无法精确保存的数字：请写成模板，如 {1}',
  'is a number that cannot be kept exactly: write the body as text': '是无法精确保存的数字：请将正文写成文本',
  'Give exactly one of json, xml, header and trailer, or a regex of the text.':
    '请在 json、xml、header 和 trailer 中恰好提供一个，或对文本使用 regex。',
  'is asked before the call is made: only "value" can be looked at': '在调用之前判断：只能查看 "value"',
  'is asked where there is no answer: only "value" can be looked at': '判断时没有应答：只能查看 "value"',
  'Comparisons stand beside a label.': '比较应与标签并列。',
  'must be a host, or host:port': '必须是主机，或 主机：端口',
  'leaves out every config-update: a rollback would take nothing back':
    '略过了所有 config-update：回滚将不会恢复任何内容',
  'is made again by "repeat" although it was taken: say "repeatable": true if it may be':
    '会被 "repeat" 重新进行，尽管它已被接受：如可重复，请声明 "repeatable": true',
  '{} has more than {n} filters.': '{1} 的过滤器超过 {2} 个。',
  'has too many large patterns: repeat less in them, or take fewer':
    '大型正则过多：请减少其中的重复，或减少数量',
  'Give a limit: {}.': '请给出限值：{1}。',
  'Give exactly one of {}.': '请恰好提供其中一个：{1}。',
  'Say what it is compared with: {}.': '请说明与什么比较：{1}。',
  '"{}" stands beside what is looked at, inside of "{}".': '“{1}”应与所查看的内容并列，放在“{2}”之内。',
  '"order" goes with {}.': '“order”与 {1} 一起使用。',
  '"{}" is compared as a version, and {} is none.': '“{1}”按版本比较，而 {2} 不是版本。',
  '"{}" is compared as a number, and {} is none. For versions add "order": "version".':
    '“{1}”按数字比较，而 {2} 不是数字。比较版本请加 "order": "version"。',
  '"{}" is compared as JSON, and {} is none. A text in JSON has quotes of its own.':
    '“{1}”按 JSON 比较，而 {2} 不是 JSON。JSON 中的文本自带引号。',
  'has more than {n} comparisons': '比较超过 {1} 个',
  'has more than {n} levels': '超过 {1} 层',
  'has more than {n} parts': '超过 {1} 个部分',
  'has more than {n} conditions at a name': '一个名称上的条件超过 {1} 个',
  'has more than {n} names': '名称超过 {1} 个',
  'begins with "| {w}": a path comes first, $ for the whole body':
    '以“| {1}”开头：应先写路径，$ 表示整个正文',
  'has the path {} in a text: read it as JSON before, with "| json |"':
    '路径 {1} 指向文本之内：请先用 "| json |" 读作 JSON',
  "is not a path in XML at character {n} (like /a/b, //b[@id='x'], b[name='x']/version, or an @attribute at its end)":
    "第 {1} 个字符处不是 XML 路径（例如 /a/b、//b[@id='x']、b[name='x']/version，或以 @属性 结尾）",
  'Say what is to be found, with all, any or not.': '请用 all、any 或 not 说明应找到什么。',
  'Say what is waited for, with all, any or not.': '请用 all、any 或 not 说明等待什么。',
  'makes the call again and again: give it a method that only reads, like GET, or say "repeatable": true':
    '会反复进行此调用：请使用只读的方法（如 GET），或声明 "repeatable": true',
  'goes with certPem: give both or neither': '与 certPem 一起使用：请同时提供或都不提供',
  'must be "skip", or the settings that are otherwise in a rollback': '必须是 "skip"，或回滚时不同的设置',
  'stays as it is: a rollback has the same steps': '保持不变：回滚的步骤相同',
  'does nothing: a rollback leaves this step out anyway': '不起作用：回滚本来就略过此步骤',
  'Give request or calls, not both.': '请提供 request 或 calls，不能同时提供。',
  'Give value or fields, not both.': '请提供 value 或 fields，不能同时提供。',
  'Give it in one way, not both.': '请只用一种方式提供。',
  'no call extracts "{}"': '没有调用提取“{1}”',
  '"{}" is secret and cannot be saved': '“{1}”是机密，不能保存',
  'is too long (at most {n} characters)': '过长（最多 {1} 个字符）',
  'is not a JSON path at character {n} ({})': '第 {1} 个字符处不是 JSON 路径（{2}）',
  "is not a JSON path at character {n} ({}). A name with other signs than letters, digits and _ is quoted: ['a-b']":
    "第 {1} 个字符处不是 JSON 路径（{2}）。含字母、数字和 _ 以外字符的名称须加引号：['a-b']",
  'The path looks at too much': '路径查看的内容过多',
  'is too large: its repetitions make more than {n} steps. Repeat less, or use + or *':
    '过大：其重复超过 {1} 步。请减少重复，或使用 + 或 *',
  'must be written out in the path': '必须写在路径中',
  'uses a backreference, {}': '使用了反向引用，{1}',
  'uses lookaround, {}': '使用了环视，{1}',
  'which is not supported (patterns are those of RE2)': '不受支持（正则为 RE2）',
  'is not a regular expression ({})': '不是正则表达式（{1}）',
  "The policy asks for {n} good rounds in a row, but there are only {n}. Raise the health-check's attempts to {n} or more, or ask for fewer.":
    '策略要求连续 {1} 轮正常，但只有 {2} 轮。请将健康检查次数提高到 {3} 或更多，或降低要求。',
  'The url of a redis step must look like redis://host:6379, and is "{}".':
    'redis 步骤的 url 必须形如 redis://host:6379，而现在是“{1}”。',
  '"{}" is not a host, host:port, *.domain, IP address or CIDR range':
    '“{1}”不是主机、主机：端口、*.域名、IP 地址或 CIDR 网段',
  'This node knows no step of kind "{}". If it is one of your own, name its module in SWITCHYARD_STEPS of every node, restart, then retry from here.':
    '此节点没有“{1}”类型的步骤。如是自定义步骤，请在每个节点的 SWITCHYARD_STEPS 中写明其模块，重启后从此处重试。',
};
