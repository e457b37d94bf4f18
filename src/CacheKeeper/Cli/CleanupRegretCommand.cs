using System.CommandLine;

namespace CacheKeeper.Cli;

/// <summary><c>cleanup regret</c>: what share of the removed entries was asked for again, by reason and category.</summary>
internal static class CleanupRegretCommand
{
    public static Command Create()
    {
        var command = new Command("regret", "What was removed and asked for again, by reason and category");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
        var ledger = await keeper.Regret.LookAsync(keeper.Time.GetUtcNow(), cancellationToken);
        var prices = keeper.Settings.Metrics.Prices;
        if (SessionHost.Json(parsed))
        {
            TerminalHost.Json(new
            {
                ledger.Regret,
                ModelCalls = Math.Round(ledger.Returned),
                Cost = ledger.Returned * prices.AnswerPrice,
                prices.Currency,
                Days = keeper.Settings.Cleanup.Regret.RememberedFor.TotalDays,
                Lines = ledger.Lines.Select(line => new { line.Reason, line.Category, Removed = Math.Round(line.Removed), AskedAgain = Math.Round(line.Returned), line.Share, line.Low, line.High, line.Until, line.CountsAsRegret }),
            });
        }
        else
        {
            TerminalHost.Say(RegretText.Of(ledger, prices, keeper.Settings.Cleanup.Regret.RememberedFor));
        }

        return ExitCode.Done;
    }
}
