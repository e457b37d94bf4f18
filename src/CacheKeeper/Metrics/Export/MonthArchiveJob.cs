using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Metrics;

/// <summary>Archives every whole month of raw samples that is not archived yet: a step of the monthly job, harmless to run again.</summary>
internal sealed class MonthArchiveJob(StateStore state) : IMonthlyJob
{
    private readonly SampleStore _samples = new(state);
    private readonly SampleArchiveStore _archive = new(state.Location.Directory);

    public string Name => "metrics archive";

    public IReadOnlyList<string> Resources => ["metrics"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var counts = new JsonObject();
        var months = await DueAsync(context.Project, context.StartedAt, cancellationToken);
        if (context.DryRun)
        {
            return new JobResult(RunOutcome.DryRun, months.Count == 0 ? "No month of samples is to be archived." : $"Would archive the samples of {string.Join(", ", months.Select(month => $"{month:yyyy-MM}"))}.");
        }

        var names = await _samples.NamesAsync(context.Project, cancellationToken);
        foreach (var month in months)
        {
            var series = names.Select(name => (name, _samples.StreamAsync(context.Project, name, RollupLevel.Raw, month, month.AddMonths(1), cancellationToken)));
            counts[$"{month:yyyy-MM}"] = await _archive.WriteAsync(context.Project, month, series, cancellationToken);
        }

        return counts.Count == 0
            ? JobResult.NothingToDo("Every whole month of samples is archived.")
            : new JobResult(RunOutcome.Done, $"Samples archived: {string.Join(", ", counts.Select(month => $"{month.Key} ({month.Value})"))}.") { Counts = counts };
    }

    private async Task<IReadOnlyList<DateTimeOffset>> DueAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var first = await state.FindAsync<long?>("SELECT min(v.ts) FROM series s JOIN samples v ON v.series = s.id WHERE s.project = @project", new { project }, cancellationToken);
        var due = new List<DateTimeOffset>();
        if (first is { } earliest)
        {
            var begin = DateTimeOffset.FromUnixTimeMilliseconds(earliest).UtcDateTime;
            for (var month = new DateTimeOffset(begin.Year, begin.Month, 1, 0, 0, 0, TimeSpan.Zero); month.AddMonths(1) <= now; month = month.AddMonths(1))
            {
                if (!_archive.Has(project, month))
                {
                    due.Add(month);
                }
            }
        }

        return due;
    }
}
