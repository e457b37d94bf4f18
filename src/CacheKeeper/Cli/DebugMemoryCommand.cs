using System.CommandLine;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary><c>debug memory</c>: the biggest keys, prefixes, categories, tables and indexes; what entries add up to beside what each store says it takes.</summary>
internal static class DebugMemoryCommand
{
    private static readonly Option<int> Top = new("--top") { Description = "How many of the biggest to show", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var command = new Command("memory", "Where each tier's bytes are: biggest entries, prefixes, table and indexes; estimated beside measured") { Top };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = SessionHost.Settings(parsed);
        var tiers = TierHost.Create(settings, TimeProvider.System);
        var uses = await MemoryUseService.LookAsync(tiers, new TierScope(settings.Project), TimeProvider.System.GetUtcNow(), Math.Clamp(parsed.GetValue(Top), 1, 1000), cancellationToken);
        foreach (var tier in tiers)
        {
            await tier.DisposeAsync();
        }

        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(uses);
        }
        else
        {
            TerminalHost.Tell(uses.Count == 0 ? "No tier is configured. " + TierHost.HowToConfigure(TierName.Postgresql) : string.Join("\n\n", uses.Select(MemoryUseText.Of)));
        }

        var failed = uses.Count(use => use.Error is not null);
        return failed == 0 ? ExitCode.Done : failed == uses.Count ? ExitCode.Failed : ExitCode.Degraded;
    }
}
