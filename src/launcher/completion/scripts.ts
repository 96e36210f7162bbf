/**
 * The scripts that make a shell ask `berth` what may follow. They hold no command and no option themselves, so that a
 * script that was installed once knows what a later version has.
 */

export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

const bash = `# berth completion bash; for each new shell: eval "$(berth completion bash)" in ~/.bashrc
_berth() {
  local IFS=$'\\n'
  local words
  words=$(berth completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _berth berth
`;

const zsh = `#compdef berth
# berth completion zsh; for each new shell: eval "$(berth completion zsh)" in ~/.zshrc, behind compinit
_berth() {
  local -a found
  local line
  for line in \${(f)"$(berth completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#found} )); then _describe -V 'berth' found; else _files; fi
}
if [[ \${funcstack[1]} == _berth ]]; then _berth "$@"; else compdef _berth berth; fi
`;

const fish = `# berth completion fish > ~/.config/fish/completions/berth.fish
function __berth_words
    berth completion words -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete -c berth -f -n 'test (count (__berth_words)) -gt 0' -a '(__berth_words)'
`;

/** How an empty argument is passed: PowerShell before 7.3 leaves out one that isn't quoted twice (about_Parsing). */
const powershell = `# berth completion powershell; for each new shell: berth completion powershell | Out-String | Invoke-Expression in $PROFILE
Register-ArgumentCompleter -Native -CommandName berth -ScriptBlock {
    param($word, $line, $position)
    $words = @($line.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.StartOffset -lt $position } | ForEach-Object { "$_" })
    $legacy = $PSVersionTable.PSVersion -lt [version]'7.3' -or $PSNativeCommandArgumentPassing -eq 'Legacy'
    if ($word -eq '') { if ($legacy) { $words += '""' } else { $words += '' } }
    berth completion words -- @words 2>$null | ForEach-Object {
        $name, $about = $_ -split "\`t", 2
        if (-not $about) { $about = $name }
        [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $about)
    }
}
`;

/** By shell, what is to be evaluated in it. */
export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell };
