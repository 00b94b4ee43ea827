using System.Text;
using PdeDiffusion.Runs;

namespace PdeDiffusion.Commands;

/// <summary>Scripts that complete the command <c>pdediffusion</c>; where there is nothing to choose from, the shell offers files.</summary>
internal static class CompletionScripts
{
    private const string Program = ProgramCall.ToolName;

    /// <summary>For bash: <c>source &lt;(pdediffusion completions bash)</c> in .bashrc.</summary>
    public static string Bash(IReadOnlyList<CompletedVerb> verbs)
    {
        var script = new StringBuilder();
        script.Append($$"""
            # Completes {{Program}} in bash. In ~/.bashrc: source <({{Program}} completions bash)
            _{{Program}}() {
                local current=${COMP_WORDS[COMP_CWORD]} options= choices=
                if [ "$COMP_CWORD" -eq 1 ]; then
                    choices="{{Joined(verbs.Select(verb => verb.Name))}}"
                    options="--help --version"
                fi
                case ${COMP_WORDS[1]} in

            """);
        foreach (CompletedVerb verb in verbs)
            script.Append($"        {verb.Name}) options=\"{Joined(verb.Options)}\" choices=\"{Joined(verb.Words)}\" ;;\n");
        script.Append($$"""
                esac
                case $current in
                    -*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current") ;;
                    *) mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$current") ;;
                esac
            }
            complete -o default -F _{{Program}} {{Program}}

            """);
        return script.ToString();
    }

    /// <summary>For zsh: <c>source &lt;(pdediffusion completions zsh)</c> in .zshrc, after compinit.</summary>
    public static string Zsh(IReadOnlyList<CompletedVerb> verbs)
    {
        var script = new StringBuilder();
        script.Append($$"""
            #compdef {{Program}}
            # Completes {{Program}} in zsh. In ~/.zshrc, after compinit: source <({{Program}} completions zsh)
            _{{Program}}() {
                local -a verbs options choices
                verbs=(

            """);
        foreach (CompletedVerb verb in verbs)
            script.Append($"        '{verb.Name}:{verb.Description.Replace("'", "'\\''").Replace(":", "\\:")}'\n");
        script.Append($$"""
                )
                if (( CURRENT == 2 )); then
                    _describe verb verbs
                    return
                fi
                case $words[2] in

            """);
        foreach (CompletedVerb verb in verbs)
            script.Append($"        {verb.Name}) options=({Joined(verb.Options)}) choices=({Joined(verb.Words.Select(Quoted))}) ;;\n");
        script.Append($$"""
                esac
                if [[ $words[CURRENT] == -* ]]; then
                    compadd -- $options
                elif (( $#choices )); then
                    compadd -- $choices
                else
                    _files
                fi
            }
            compdef _{{Program}} {{Program}}

            """);
        return script.ToString();
    }

    /// <summary>For PowerShell: <c>pdediffusion completions pwsh | Out-String | Invoke-Expression</c> in the profile.</summary>
    public static string PowerShell(IReadOnlyList<CompletedVerb> verbs)
    {
        var script = new StringBuilder();
        script.Append($$"""
            # Completes {{Program}} in PowerShell. In $PROFILE: {{Program}} completions pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName {{Program}} -ScriptBlock {
                param($current, $line, $position)
                $options = @{

            """);
        foreach (CompletedVerb verb in verbs)
            script.Append($"        '{verb.Name}' = @({Listed(verb.Options)})\n");
        script.Append("    }\n    $choices = @{\n");
        foreach (CompletedVerb verb in verbs)
            script.Append($"        '{verb.Name}' = @({Listed(verb.Words)})\n");
        script.Append($$"""
                }
                $given = @($line.CommandElements | ForEach-Object { "$_" })
                if ($given.Count -lt 2 -or ($given.Count -eq 2 -and $current)) {
                    $found = @({{Listed(verbs.Select(verb => verb.Name))}}, '--help', '--version')
                } elseif ($current -like '-*') {
                    $found = $options[$given[1]]
                } else {
                    $found = $choices[$given[1]]
                }
                $found | Where-Object { $_ -like "$current*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }

            """);
        return script.ToString();
    }

    private static string Joined(IEnumerable<string> words) => string.Join(' ', words);

    private static string Quoted(string word) => $"'{word}'";

    private static string Listed(IEnumerable<string> words) => string.Join(", ", words.Select(Quoted));
}
