import type { Command } from "../command.ts";
import { Failure } from "../lib/exitCodes.ts";

/** What each shell runs to learn how a word may end: the program itself knows its commands. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_heliograph() {
  local IFS=$'\\n'
  COMPREPLY=($(heliograph complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _heliograph heliograph`,
  zsh: `#compdef heliograph
_heliograph() {
  local -a found
  found=(\${(f)"$(heliograph complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -a found || _files
}
compdef _heliograph heliograph`,
  fish: `function __heliograph
  set -l typed (commandline -opc) (commandline -ct)
  heliograph complete -- $typed[2..-1] 2>/dev/null
end
complete -c heliograph -a '(__heliograph)'`,
};

export const shells = Object.keys(scripts);

export const completion: Command = {
  name: "completion",
  summary: `Print what completes words in ${shells.join(", ")}`,
  arguments: [{ name: "shell", about: shells.join(", "), completes: "shells" }],
  examples: [
    "completion bash > ~/.local/share/bash-completion/completions/heliograph",
    "completion zsh > ~/.zfunc/_heliograph",
    "completion fish > ~/.config/fish/completions/heliograph.fish",
  ],
  async run({ terminal }, given) {
    const script = scripts[given.word(0)];
    if (script === undefined)
      throw new Failure("usage", `Known are ${shells.join(", ")}, not ${given.word(0)}`);
    terminal.out(script);
  },
};
