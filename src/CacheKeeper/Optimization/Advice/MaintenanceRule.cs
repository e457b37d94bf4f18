using CacheKeeper.Optimization.Indexes;

namespace CacheKeeper.Optimization.Advice;

/// <summary>Tables that PostgreSQL's own autovacuum has fallen behind on.</summary>
internal static class MaintenanceRule
{
    public static IEnumerable<Recommendation> Advise(AdviceInputs inputs)
    {
        foreach (var table in inputs.Database?.Tables ?? [])
        {
            var policy = inputs.Policy.Indexes;
            if (table.LiveRows + table.DeadRows < policy.WorthRows)
            {
                continue;
            }

            var dead = (double)table.DeadRows / Math.Max(1, table.LiveRows + table.DeadRows);
            if (dead > policy.DeadAbove)
            {
                yield return Of(table, "vacuum", $"{dead * 100:0} % of its rows are dead: {table.DeadRows:N0} beside {table.LiveRows:N0} live ones.", $"Last vacuum: {Time(table.LastVacuum)}.");
            }
            else if (table.ChangedSinceAnalyze > policy.ChangedAbove * Math.Max(1, table.LiveRows))
            {
                yield return Of(table, "analyze", $"{table.ChangedSinceAnalyze:N0} rows changed since PostgreSQL last looked at it, of {table.LiveRows:N0}: its plans rest on old figures.", $"Last analyze: {Time(table.LastAnalyze)}.");
            }
        }
    }

    private static Recommendation Of(TableFacts table, string kind, string why, string evidence)
    {
        var step = new MaintenanceStep(kind, table.Schema, table.Name);
        return new()
        {
            Id = $"{kind}:{table.Name}",
            Rule = "maintenance",
            What = $"{(kind == "vacuum" ? "Vacuum" : "Analyze")} {table.Name}",
            Why = why,
            Evidence = [evidence],
            Expected = new(),
            Risk = table.Owned ? "Some reading in the background; it gives up where it would have to wait for a lock." : "This role does not own the table: its owner has to do it.",
            Command = step.Statement,
            Action = table.Owned ? new() { Maintenance = step } : null,
        };
    }

    private static string Time(DateTimeOffset? at) => at is { } known ? known.ToString("yyyy-MM-dd HH:mm") + " UTC" : "never";
}
