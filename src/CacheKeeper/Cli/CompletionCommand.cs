using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary><c>completion bash|zsh|fish</c>: a script that completes every verb and option.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # source <(cachekeeper completion bash)
        _cachekeeper() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _cachekeeper cachekeeper cache-scheduler cache-cleanup cache-optimizer cache-analytics cache-health cache-backup cache-debug
        """;

    private const string Zsh = """
        # source <(cachekeeper completion zsh)
        _cachekeeper() {
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -a found
        }
        compdef _cachekeeper cachekeeper cache-scheduler cache-cleanup cache-optimizer cache-analytics cache-health cache-backup cache-debug
        """;

    private const string Fish = """
        # cachekeeper completion fish | source
        for name in cachekeeper cache-scheduler cache-cleanup cache-optimizer cache-analytics cache-health cache-backup cache-debug
          complete -c $name -f -a '(set -l line (commandline -cp); $name "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null)'
        end
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes commands in your shell") { shell };
        command.SetAction(parsed => TerminalHost.Say(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
        return command;
    }
}
