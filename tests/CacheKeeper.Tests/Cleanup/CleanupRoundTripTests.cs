using CacheKeeper.Cleanup;
using CacheKeeper.Scheduling;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>Every strength on real PostgreSQL and Redis: what it takes comes back as it was, and nothing of anybody else is touched.</summary>
public sealed class CleanupRoundTripTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Light")]
    [InlineData("Moderate")]
    [InlineData("Aggressive")]
    [InlineData("Deep")]
    [InlineData("Category")]
    public async Task State_then_cleanup_then_undo_is_the_state(string strength)
    {
        await using var place = await PlaceAsync();
        var before = await place.StateAsync();
        var mode = Enum.Parse<CleanupMode>(strength);
        var run = await place.RunAsync(new CleanupRequest(place.Project, mode, mode, "round trip")
        {
            Category = mode == CleanupMode.Category ? "payments" : null,
            Overrides = new CleanupOverrides { AllowShare = 1 },
            FullPace = true,
        });
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        var between = await place.StateAsync();
        Assert.NotEqual(before, between);
        Assert.Equal(before.Where(line => line.Contains("pinned-entry", StringComparison.Ordinal)), between.Where(line => line.Contains("pinned-entry", StringComparison.Ordinal)));
        Assert.Equal(before.Where(line => line.Contains("someone-else", StringComparison.Ordinal)), between.Where(line => line.Contains("someone-else", StringComparison.Ordinal)));

        var undone = await place.UndoAsync(run.Run);
        Assert.True(undone.Outcome == RunOutcome.Done, undone.Reason);
        Assert.Equal(before, await place.StateAsync());
        Assert.Equal(RunOutcome.NothingToDo, (await place.UndoAsync(run.Run)).Outcome);
    }

    [Fact]
    public async Task A_category_takes_its_rows_and_their_three_keys_together_and_leaves_names_that_only_look_alike()
    {
        await using var place = await PlaceAsync();
        await place.RunAsync(new CleanupRequest(place.Project, CleanupMode.Category, CleanupMode.Category, "one category") { Category = "pay", Overrides = new CleanupOverrides { AllowShare = 1 }, FullPace = true });
        var left = await place.StateAsync();
        Assert.DoesNotContain(left, line => line.Contains("\"category\":\"pay\"", StringComparison.Ordinal) && !line.Contains("pinned-entry", StringComparison.Ordinal) && !line.Contains("someone-else", StringComparison.Ordinal));
        Assert.Contains(left, line => line.Contains("\"category\":\"payments\"", StringComparison.Ordinal));
        Assert.DoesNotContain(left, line => line.StartsWith("pay:", StringComparison.Ordinal) && !line.Contains("pinned-entry", StringComparison.Ordinal) && !line.Contains("someone-else", StringComparison.Ordinal));
        Assert.Contains(left, line => line.StartsWith("payments:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_receipt_restores_nothing()
    {
        await using var place = await PlaceAsync();
        var run = await place.RunAsync(new CleanupRequest(place.Project, CleanupMode.Light, CleanupMode.Light, "to be damaged") { Overrides = new CleanupOverrides { AllowShare = 1 } });
        var between = await place.StateAsync();
        var file = Path.Combine(place.StateFolder, "receipts", run.Run + ".receipt");
        var bytes = await File.ReadAllBytesAsync(file, Stop);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Stop);
        var undone = await place.UndoAsync(run.Run);
        Assert.Equal(RunOutcome.Failed, undone.Outcome);
        Assert.Contains("was changed after it was written", undone.Reason, StringComparison.Ordinal);
        Assert.Equal(between, await place.StateAsync());
    }

    [Fact]
    public async Task A_plan_is_applied_once_and_only_while_it_fits()
    {
        await using var place = await PlaceAsync();
        var request = new CleanupRequest(place.Project, CleanupMode.Light, CleanupMode.Light, "plan") { Overrides = new CleanupOverrides { AllowShare = 1 }, FullPace = true };
        var before = await place.StateAsync();
        var plan = (await place.RunAsync(request, dryRun: true)).Plan!["plan"]!.ToString();
        Assert.Equal(before, await place.StateAsync());
        Assert.Equal(RunOutcome.Done, (await place.RunAsync(request with { Plan = plan })).Outcome);
        Assert.Equal(RunOutcome.Refused, (await place.RunAsync(request with { Plan = plan })).Outcome);

        var other = (await place.RunAsync(request with { Mode = CleanupMode.Moderate, Asked = CleanupMode.Moderate }, dryRun: true)).Plan!["plan"]!.ToString();
        await place.GrowAsync(200);
        var moved = await place.RunAsync(request with { Plan = other });
        Assert.Equal(RunOutcome.Refused, moved.Outcome);
        Assert.Contains("state-moved", moved.Reason, StringComparison.Ordinal);
    }

    private Task<CleanupPlace> PlaceAsync() => CleanupPlace.CreateAsync(sandbox);
}
