using System.CommandLine;
using CacheKeeper.Backup;

namespace CacheKeeper.Cli;

/// <summary><c>backup search TEXT</c>: finds entries in the archives.</summary>
internal static class BackupSearchCommand
{
    public static Command Create()
    {
        var text = new Argument<string>("text") { Description = "What the entry must contain (upper and lower case alike)" };
        var category = new Option<string?>("--category") { Description = "Only this category" };
        var month = new Option<string?>("--month") { Description = "Only archives of this month, such as 2026-11" };
        var all = new Option<bool>("--all") { Description = "In every restore point, not only in archives" };
        var limit = new Option<int>("--limit") { Description = "How many entries at most", DefaultValueFactory = _ => 50 };
        var command = new Command("search", "Find entries in the archives; one JSON line each") { text, category, month, all, limit };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var keeper = await SessionHost.OpenAsync(parsed, cancellationToken);
            await using var repository = await keeper.Backups.OpenAsync(create: false, cancellationToken);
            var search = new SearchRunner(repository, parsed.GetValue(all));
            var found = 0;
            await foreach (var line in search.FindAsync(parsed.GetValue(text)!, parsed.GetValue(category), parsed.GetValue(month), cancellationToken))
            {
                TerminalHost.Say(line);
                if (++found == parsed.GetValue(limit))
                {
                    break;
                }
            }

            TerminalHost.Remark(found == 0 ? "Nothing found." : $"{found:N0} found; 'cachekeeper backup restore POINT --only-missing' brings a restore point's entries back.");
            return ExitCode.Done;
        });
        return command;
    }
}
