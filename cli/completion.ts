import type { Command, LocalCommand } from './command';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A word of a command line that can be completed: after these words, these may follow. */
type Words = ReadonlyMap<string, readonly string[]>;

/** What a shell evaluates to complete command lines: words of commands, then options; whatever stands for itself, files. */
export function completionFor(
  shell: Shell,
  commands: Readonly<Record<string, Command>>,
  local: Readonly<Record<string, LocalCommand>>,
): string {
  const words = wordsOf(commands, local);
  return shell === 'fish' ? fish(words) : shell === 'zsh' ? zsh(words) : bash(words);
}

const COMMON = ['--url', '--key', '--json', '--help'];

function wordsOf(
  commands: Readonly<Record<string, Command>>,
  local: Readonly<Record<string, LocalCommand>>,
): Words {
  const words = new Map<string, string[]>();
  const add = (after: string, more: readonly string[]) =>
    words.set(after, [...new Set([...(words.get(after) ?? []), ...more])]);
  for (const [name, { options }] of Object.entries(commands)) {
    const parts = name.split(' ');
    for (const [at, part] of parts.entries()) add(parts.slice(0, at).join(' '), [part]);
    add(name, [...Object.keys(options).map((option) => `--${option}`), ...COMMON]);
  }
  add('completion', SHELLS);
  add('', ['completion', ...Object.keys(local)]);
  for (const [name, { json }] of Object.entries(local))
    if (!name.startsWith('-')) add(name, json ? ['--json', '--help'] : ['--help']);
  return words;
}

/** Names are letters and hyphens: they need no quoting beyond this. */
const cases = (words: Words): string =>
  [...words].map(([after, more]) => `    '${after}') candidates='${more.join(' ')}' ;;`).join('\n');

const pairs = (words: Words): string =>
  [...words.keys()]
    .filter((after) => after.includes(' '))
    .map((after) => `'${after}'`)
    .join(' | ');

const FUNCTION = (words: Words): string => `_switchyard() {
  local current=\${COMP_WORDS[COMP_CWORD]} candidates='' after=''
  if [ "$COMP_CWORD" -gt 1 ]; then after=\${COMP_WORDS[1]}; fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
      ${pairs(words)}) after="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" ;;
    esac
  fi
  case "$after" in
${cases(words)}
  esac
  COMPREPLY=($(compgen -W "$candidates" -- "$current"))
}
complete -o default -F _switchyard switchyard`;

const bash = (words: Words): string => `# eval "$(switchyard completion bash)"\n${FUNCTION(words)}`;

/** Zsh runs what is written for bash, when it is asked to. */
const zsh = (words: Words): string => `# eval "$(switchyard completion zsh)"
autoload -U +X compinit bashcompinit
(( $+functions[compdef] )) || compinit
bashcompinit
${FUNCTION(words)}`;

function fish(words: Words): string {
  const lines = [...words].map(([after, more]) => {
    const depth = after === '' ? 0 : after.split(' ').length;
    // After a group comes one word more, after a command any number of them.
    const group = more.every((word) => !word.startsWith('--') || after === '');
    return `complete -c switchyard ${group ? '-f ' : ''}-n "__switchyard_after ${depth} ${group ? 'eq' : 'ge'} '${after}'" -a '${more.join(' ')}'`;
  });
  return `# switchyard completion fish | source
function __switchyard_after
  set -l given (commandline -opc)
  set -e given[1]
  test (count $given) -$argv[2] $argv[1]; or return 1
  test $argv[1] -eq 0; or test "$given[1..$argv[1]]" = "$argv[3]"
end
${lines.join('\n')}`;
}
