using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;
using CacheKeeper.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Verify.Cleanup;

/// <summary>R16: every way to lose much is tried on a real table; not one row may go without an explicit override.</summary>
internal sealed class GuardsCheck : ICheck
{
    public string Name => "guards";

    public string Goal => "wrong deletes: too much, everything, a wrong clock, another database, an emptied table, bad bounds: no row goes without an override";

    public (int Smoke, int Default, int Full) Tries => (12, 200, 200);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        await using var rig = await CleanupRig.StartAsync(cancellationToken);
        var random = new Random(run.Seed);
        for (var number = 0; number < run.Tries; number++)
        {
            var share = number % 6 == 1 ? 1.0 : 0.4 + (random.NextDouble() * 0.5);
            await using var place = await rig.NewAsync(random.Next(30, 120), number % 6 is 0 or 1 or 5 ? share : 0.1, random, cancellationToken);
            await TryAsync(place, run, number, random, cancellationToken);
        }
    }

    private static async Task TryAsync(CleanupPlace place, CheckRun run, int number, Random random, CancellationToken cancellationToken)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(place.StateFolder), cancellationToken);
        var (label, time, overrides) = ((number % 6) switch
        {
            0 => "more than its share",
            1 => "the whole table",
            2 => "a clock years ahead",
            3 => "a clock years behind",
            4 => "another database",
            _ => "more rows than allowed",
        }, (TimeProvider)TimeProvider.System, new CleanupOverrides());
        if (number % 6 is 2 or 3)
        {
            time = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays((number % 6 == 2 ? 1 : -1) * random.Next(2, 4000)));
        }
        else if (number % 6 == 4)
        {
            await new NoteStore(state).WriteAsync(place.Project, "tier:postgresql", new TierMemory(50, DateTimeOffset.UtcNow.AddHours(-1), "elsewhere/1/2"), DateTimeOffset.UtcNow, cancellationToken);
        }
        else if (number % 6 == 5)
        {
            overrides = new CleanupOverrides { AllowShare = 1, MaxRows = 1 };
        }

        var before = await place.RowsAsync(cancellationToken);
        await using var keeper = KeeperHost.Open(place.Settings, state, time, NullLoggerFactory.Instance);
        var request = new CleanupRequest(place.Project, CleanupMode.Light, CleanupMode.Light, "guards check") { Overrides = overrides };
        var record = await keeper.Runner.RunAsync(keeper.CleanupJob(request), new JobRequest(place.Project, RunTrigger.Manual), cancellationToken);
        var after = await place.RowsAsync(cancellationToken);
        run.Expect(after.Count == before.Count, $"try {number} ({label}): {before.Count - after.Count} rows went");
        run.Expect(record?.Outcome is RunOutcome.Refused or RunOutcome.NothingToDo, $"try {number} ({label}): ended as {record?.Outcome}: {record?.Reason}");
    }
}
