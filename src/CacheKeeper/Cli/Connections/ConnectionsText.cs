namespace CacheKeeper.Cli.Connections;

/// <summary>Reports as a person reads them: an endpoint, its steps with their times, its limits, the likely cause.</summary>
internal static class ConnectionsText
{
    public static string Of(IReadOnlyList<ConnectionReport> reports) => string.Join("\n\n", reports.Select(Of));

    private static string Of(ConnectionReport report)
    {
        var lines = new List<string> { string.Join("   ", new[] { report.Target.Title, report.Target.Address, report.Server ?? "" }.Where(part => part.Length > 0)) };
        lines.AddRange(report.Steps.Select(Line));
        if (report.Limits.Count > 0)
        {
            lines.Add("  limits: " + string.Join(", ", report.Limits.Select(limit => $"{limit.Key} {limit.Value}")));
        }

        if (ConnectionCauses.Of(report) is { Length: > 0 } cause)
        {
            lines.Add("  → " + cause);
        }

        return string.Join('\n', lines);
    }

    private static string Line(ConnectionStep step) => step.Passed is null
        ? $"  · {step.Name,-8}{"",9}     {step.Note}".TrimEnd()
        : $"  {(step.Passed == true ? "✔" : "✘")} {step.Name,-8}{step.Took.TotalMilliseconds,9:0.0} ms  {step.Error ?? step.Note}".TrimEnd();
}
