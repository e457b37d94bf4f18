using CacheKeeper.Alerts;
using CacheKeeper.Alerts.Conditions;
using CacheKeeper.Analytics;
using CacheKeeper.Analytics.Anomalies;
using CacheKeeper.Analytics.Forecasting;
using CacheKeeper.Analytics.Insights;
using CacheKeeper.Health;
using CacheKeeper.Metrics;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Analytics;

/// <summary>What follows a collection: detectors that go on where they were, forecasts that are kept, insights told once, rules that hear of it.</summary>
public sealed class AnalysisTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(45);
    private static readonly TimeSpan Gap = TimeSpan.FromHours(2);
    private readonly TemporaryFolder _folder = new();
    private StateStore _state = null!;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _state = await StateStore.OpenAsync(new StateLocation(_folder), Now);

    public async ValueTask DisposeAsync()
    {
        await _state.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_jump_is_told_once_with_who_moved_first_and_the_alert_rules_hear_of_it()
    {
        var jump = Start.AddDays(14);
        var end = jump.AddHours(1);
        await SeedAsync(end, jump, jump + Quarter);
        await Listener().ListenAsync(jump - Quarter, Kept, Gap, Now);
        var alarms = await Listener().ListenAsync(end, Kept, Gap, Now);
        var finding = Assert.Single(AnomalyGrouper.Group(alarms, AnomalyGroupingPolicy.Default));
        Assert.Equal("latency_p95", finding.First.Series);
        Assert.Equal("hit_ratio", Assert.Single(finding.Followers).Series);
        Assert.Empty(await Listener().ListenAsync(end, Kept, Gap, Now));

        var inputs = await InputsAsync(end, []);
        Assert.Contains(inputs.Anomalies!, anomaly => anomaly is { Metric: "hit_ratio", Severity: >= AlertSeverity.Warning });
        Assert.Empty((await InputsAsync(end.AddHours(6), [])).Anomalies!);
        Assert.Equal(finding.Id, Assert.Single(await new FindingService(_state, new AnalyticsPolicy()).ListAsync("p", jump, end, Now)).Id);
    }

    [Fact]
    public async Task A_listener_that_stays_tells_what_one_made_anew_for_each_collection_tells()
    {
        var jump = Start.AddDays(14);
        await SeedAsync(jump.AddHours(8), jump, jump + Quarter);
        var (staying, fresh) = (Listener(), new List<AnomalyAlarm>());
        var told = new List<AnomalyAlarm>();
        using var other = new TemporaryFolder();
        await using var apart = await StateStore.OpenAsync(new StateLocation(other), Now);
        for (var at = jump.AddHours(-1); at <= jump.AddHours(8); at += Quarter)
        {
            told.AddRange(await staying.ListenAsync(at, Kept, Gap, Now));
        }

        await CopySamplesAsync(apart, jump.AddHours(8));
        for (var at = jump.AddHours(-1); at <= jump.AddHours(8); at += Quarter)
        {
            fresh.AddRange(await new AnomalyService(apart, "p", new AnalyticsPolicy(), AnomalyPolicy.Default).ListenAsync(at, Kept, Gap, Now));
        }

        Assert.NotEmpty(told);
        Assert.Equal(fresh, told);
    }

    [Fact]
    public async Task What_was_heard_but_could_not_be_told_is_heard_again()
    {
        var jump = Start.AddDays(14);
        await SeedAsync(jump.AddHours(1), jump, jump + Quarter);
        var listener = Listener();
        await listener.ListenAsync(jump - Quarter, Kept, Gap, Now);
        await _state.ExecuteAsync("ALTER TABLE anomalies RENAME TO anomalies_away", null, Now);
        await Assert.ThrowsAnyAsync<Exception>(() => listener.ListenAsync(jump.AddHours(1), Kept, Gap, Now));
        await _state.ExecuteAsync("ALTER TABLE anomalies_away RENAME TO anomalies", null, Now);
        Assert.NotEmpty(await listener.ListenAsync(jump.AddHours(1), Kept, Gap, Now));
    }

    [Fact]
    public async Task What_our_own_run_explains_is_learned_and_not_told()
    {
        var jump = Start.AddDays(14);
        await SeedAsync(jump.AddHours(1), jump, jump + Quarter);
        var runs = new RunStore(_state);
        var run = await runs.BeginAsync(new RunRecord { Run = "", Job = "deep-cleanup", Project = "p", StartedAt = jump.AddMinutes(-5), Node = "n", Trigger = RunTrigger.Schedule }, Now);
        await runs.CompleteAsync(run!.Run, new JobResult(RunOutcome.Done, "done"), jump.AddMinutes(2), Now);
        Assert.DoesNotContain(await Listener().ListenAsync(jump.AddHours(1), Kept, Gap, Now), alarm => alarm.At >= jump);
    }

    [Fact]
    public async Task What_a_detector_has_learned_fits_in_64_KB_and_another_version_of_it_is_learned_anew()
    {
        await SeedAsync(Start.AddDays(14), null, null);
        await Listener().ListenAsync(Start.AddDays(14), Kept, Gap, Now);
        var store = new AnomalyStore(_state);
        var saved = await store.DetectorsAsync("p", Now);
        Assert.Equal(["hit_ratio", "latency_p95"], saved.Keys.Order());
        Assert.All(saved.Values, detector => Assert.InRange(detector.State.Length, 1, 64 * 1024));
        await store.SaveAsync("p", saved.ToDictionary(pair => pair.Key, pair => pair.Value with { State = [1, 2, 3, 4, 5, 6, 7, 8] }), Now);
        Assert.Empty(await Listener().ListenAsync(Start.AddDays(14), Kept, Gap, Now));
        Assert.Equal(saved["hit_ratio"].State, (await store.DetectorsAsync("p", Now))["hit_ratio"].State);
    }

    [Fact]
    public async Task A_forecast_is_kept_asked_by_rules_and_compared_with_what_came()
    {
        var end = Start.AddDays(28);
        var hours = Enumerable.Range(0, 28 * 24).Select(hour => new Sample("upstash_size", Start.AddHours(hour), 1e6 + (1000 * hour) + (2e4 * Math.Sin(2 * Math.PI * hour / 24))));
        await new SampleStore(_state).WriteAsync("p", [.. hours], Now);
        await new RollupStore(_state).FoldAsync("p", Start, Now);
        await new ForecastService(_state, new AnalyticsPolicy()).RefreshAsync("p", end, Now);
        var forecast = (await new ForecastStore(_state).LatestAsync("p", Now))["upstash_size"];
        Assert.Equal(end, forecast.FirstAt);
        Assert.Equal(7 * 24, forecast.Forecast.Points.Count);
        Assert.InRange(forecast.Forecast.Points[^1].Value, 1.78e6, 1.9e6);
        Assert.InRange(forecast.Until(1.75e6).Expected!.Value, end.AddDays(1), end.AddDays(6));
        var question = new Operand.Forecast("upstash_size", TimeSpan.FromDays(7));
        Assert.InRange((await InputsAsync(end.AddHours(3), [question])).Answers[question], 1.78e6, 1.9e6);

        // Younger than its age: not made again.
        await new ForecastService(_state, new AnalyticsPolicy()).RefreshAsync("p", end.AddHours(5), Now);
        Assert.Equal(forecast.MadeAt, (await new ForecastStore(_state).LatestAsync("p", Now))["upstash_size"].MadeAt);
    }

    [Fact]
    public async Task Windows_and_burn_rates_are_answered_from_what_was_collected()
    {
        await new SampleStore(_state).WriteAsync("p", [.. Enumerable.Range(0, 8).Select(i => new Sample("availability", Start + (i * Quarter), i < 6 ? 1 : 0.9))], Now);
        var (change, burn) = (new Operand.Windowed(WindowFunction.Min, "availability", TimeSpan.FromHours(1)), new Operand.BurnRate("availability", 0.999, TimeSpan.FromHours(1), TimeSpan.FromMinutes(30)));
        var answers = (await InputsAsync(Start + (7 * Quarter), [change, burn, new Operand.Windowed(WindowFunction.Avg, "size", TimeSpan.FromHours(1))])).Answers;
        Assert.Equal(0.9, answers[change]);
        Assert.Equal(50, answers[burn], 1e-6);
        Assert.Equal(2, answers.Count);
    }

    [Fact]
    public async Task An_insight_is_told_once_while_it_is_open_and_closes_when_it_has_not_held_for_a_while()
    {
        var end = Start.AddDays(6);
        var service = new InsightService(_state, new AnalyticsPolicy());
        var days = Enumerable.Range(0, 6 * 24).Select(hour => new Sample("postgresql_entries", Start.AddHours(hour), 10_000 + (120 * hour)));
        await new SampleStore(_state).WriteAsync("p", [.. days], Now);
        await new RollupStore(_state).FoldAsync("p", Start, Now);
        var first = await service.RefreshAsync("p", new Collected(end), null, Now);
        Assert.Equal("capacity_planning:postgresql_entries", Assert.Single(first.Opened).Insight.Id);
        Assert.Empty((await service.RefreshAsync("p", new Collected(end + Quarter), null, Now)).Opened);
        var later = await service.RefreshAsync("p", new Collected(end.AddDays(9)), null, Now);
        Assert.Empty(later.Opened);
        Assert.Single(later.Closed);
        Assert.Empty(await new InsightStore(_state).OpenAsync("p", Now));
        Assert.Single(await new InsightStore(_state).ListAsync("p", Start, Now));
    }

    // The detectors are new at each call, as in another process.
    private AnomalyService Listener() => new(_state, "p", new AnalyticsPolicy(), AnomalyPolicy.Default);

    private Task<AlertInputs> InputsAsync(DateTimeOffset now, IReadOnlyList<Operand> questions) =>
        new KeeperInputStore(new KeeperSources([], new HealthPolicy()), _state, TimeProvider.System).ReadAsync("p", questions, now, Now);

    private async Task CopySamplesAsync(StateStore to, DateTimeOffset until)
    {
        var from = new SampleStore(_state);
        foreach (var name in await from.NamesAsync("p", Now))
        {
            var values = await from.ReadAsync("p", name, Start, until.AddMinutes(1), Now);
            await new SampleStore(to).WriteAsync("p", [.. values.Select(value => new Sample(name, value.At, value.Value))], Now);
        }
    }

    private Task SeedAsync(DateTimeOffset end, DateTimeOffset? slowFrom, DateTimeOffset? missFrom)
    {
        var chance = new Random(7);
        var samples = new List<Sample>();
        for (var at = Start; at <= end; at += Quarter)
        {
            samples.Add(new Sample("latency_p95", at, 40 + (4 * chance.NextDouble()) + (at >= slowFrom ? 400 : 0)));
            samples.Add(new Sample("hit_ratio", at, 0.7 + (0.02 * chance.NextDouble()) - (at >= missFrom ? 0.4 : 0)));
        }

        return new SampleStore(_state).WriteAsync("p", samples, Now);
    }
}
