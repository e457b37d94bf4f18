using System.Text.Json;
using System.Text.Json.Nodes;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Metrics;

/// <summary>Looks at every tier, makes the four families of series of it, rolls them up, and has them analysed.</summary>
/// <param name="afterwards">What is made of new samples: anomalies, forecasts, insights. Null for nothing.</param>
internal sealed class CollectionJob(CollectionService collection, StateStore state, MetricsPolicy policy, CallPrices prices, AfterCollection? afterwards = null) : IJob
{
    /// <summary>Rolling up goes back this far beyond the sample before: late samples of other keepers count too.</summary>
    private static readonly TimeSpan RollAgain = TimeSpan.FromHours(1);

    private readonly SampleStore _samples = new(state);
    private readonly SnapshotStore _snapshots = new(state);
    private readonly CollectionStore _memory = new(state);
    private readonly RollupStore _rollups = new(state);

    public string Name => FixedJobs.AnalyticsCollection;

    public IReadOnlyList<string> Resources => ["metrics"];

    public async Task<JobResult> RunAsync(JobContext context, CancellationToken cancellationToken)
    {
        var before = await _memory.ReadAsync(context.Project, cancellationToken);
        var (seen, next, errors) = await collection.CollectAsync(context.Project, before, context.StartedAt, cancellationToken);
        if (seen.Tiers.Count == 0)
        {
            return JobResult.NothingToDo("No tier is configured.");
        }

        var samples = MetricSamples.Of(seen, policy, prices);
        foreach (var snapshot in seen.Tiers)
        {
            await _snapshots.WriteAsync(context.Project, snapshot, cancellationToken);
        }

        await _samples.WriteAsync(context.Project, samples, cancellationToken);
        await _memory.WriteAsync(context.Project, next, cancellationToken);
        var newHour = before.At?.ToUnixTimeSeconds() / 3600 != context.StartedAt.ToUnixTimeSeconds() / 3600;
        await _rollups.FoldAsync(context.Project, (before.At ?? context.StartedAt) - RollAgain, newHour ? RollupLevel.Day : RollupLevel.Hour, cancellationToken);
        if (newHour)
        {
            await ForgetAsync(context.Project, context.StartedAt, cancellationToken);
        }

        var found = afterwards is null ? null : await afterwards(context, seen, samples, cancellationToken);
        return Result(seen, samples.Count, errors, found);
    }

    // Retention, like the means of a day, is counted in days: once an hour is often enough.
    private async Task ForgetAsync(string project, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _rollups.ForgetAsync(project, policy.Retention, now, cancellationToken);
        await _snapshots.ForgetAsync(project, now - policy.Retention.FiveMinutes, cancellationToken);
    }

    private static JobResult Result(Collected seen, int samples, IReadOnlyList<string> errors, AnalysisNote? found)
    {
        var failed = seen.Tiers.Count(snapshot => snapshot.Error is not null);
        var looked = $"Looked at {seen.Tiers.Count - failed} of {seen.Tiers.Count} tiers, {samples} samples.";
        var (outcome, reason) = errors.Count == 0 ? (RunOutcome.Done, looked)
            : failed == seen.Tiers.Count ? (RunOutcome.Failed, $"No tier could be looked at: {string.Join("; ", errors)}")
            : (RunOutcome.Degraded, $"{looked} Unknown: {string.Join("; ", errors)}");
        return new JobResult(outcome, found is { Sentence.Length: > 0 } ? $"{reason} {found.Sentence}" : reason) { Counts = Counts(seen, samples), Actual = found?.Document };
    }

    private static JsonObject Counts(Collected seen, int samples)
    {
        var counts = new JsonObject { ["samples"] = samples };
        foreach (var snapshot in seen.Tiers)
        {
            counts[snapshot.Tier.Word()] = JsonSerializer.SerializeToNode(new { snapshot.Live, snapshot.Expired, snapshot.Bytes, snapshot.Estimated, snapshot.Error }, StateJson.Options);
        }

        return counts;
    }
}

/// <summary>Analyses new samples; what it says goes into the run's record.</summary>
internal delegate Task<AnalysisNote?> AfterCollection(JobContext context, Collected seen, IReadOnlyList<Sample> samples, CancellationToken cancellationToken);

/// <summary>What an analysis found: a sentence (empty for nothing new) and its document.</summary>
internal sealed record AnalysisNote(string Sentence, JsonNode? Document);
