using CacheKeeper.Cleanup;
using CacheKeeper.Cleanup.Compression;
using CacheKeeper.Client;
using CacheKeeper.Scheduling;
using StackExchange.Redis;

namespace CacheKeeper.Tests.Cleanup;

/// <summary>What a cleanup changes and keeps, on real PostgreSQL and Redis: readers see no difference, and it goes back.</summary>
public sealed class CleanupChangeTests(SandboxFixture sandbox)
{
    private static readonly CleanupPolicy Compressing = new() { Compression = new CompressionPolicy { Use = CompressionUse.Always } };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_values_become_smaller_answer_as_before_keep_their_end_and_go_back()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox, Compressing, schema: 1, large: true);
        await place.GrowAsync(120, large: true);
        var before = await place.StateAsync();

        var run = await place.RunAsync(Request(CleanupMode.Compress));
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        Assert.True((long)run.Actual!["saved_bytes"]! > 0);
        var between = await place.StateAsync();
        Assert.Contains(between, line => line.Contains(" ckz1.d", StringComparison.Ordinal));
        Assert.Contains(between, line => line.Contains("\"response_text\":\"ckz1.d", StringComparison.Ordinal));
        Assert.Equal(before, await PlainAsync(place, between));
        Assert.Equal(before.Where(line => line.Contains("pinned-entry", StringComparison.Ordinal)), between.Where(line => line.Contains("pinned-entry", StringComparison.Ordinal)));

        Assert.Equal(RunOutcome.NothingToDo, (await place.RunAsync(Request(CleanupMode.Compress))).Outcome);
        var undone = await place.UndoAsync(run.Run);
        Assert.True(undone.Outcome == RunOutcome.Done, undone.Reason);
        Assert.Equal(before, await place.StateAsync());
    }

    [Fact]
    public async Task An_undo_leaves_what_was_written_since()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox, Compressing, schema: 1, large: true);
        var run = await place.RunAsync(Request(CleanupMode.Compress));
        await place.Redis.StringSetAsync($"{place.Project}-1", "newer", TimeSpan.FromHours(1));
        await using (var command = place.Gateway.CreateCommand("UPDATE cache_entries SET response_text = 'newer' WHERE query_hash = $1"))
        {
            command.Parameters.AddWithValue($"{place.Project}-1");
            await command.ExecuteNonQueryAsync(Stop);
        }

        // A hit is no new answer: the row goes back, and keeps the count.
        await using (var command = place.Gateway.CreateCommand("UPDATE cache_entries SET access_count = 77 WHERE query_hash = $1"))
        {
            command.Parameters.AddWithValue($"{place.Project}-2");
            await command.ExecuteNonQueryAsync(Stop);
        }

        var undone = await place.UndoAsync(run.Run);
        Assert.Contains("2 were left alone", undone.Reason, StringComparison.Ordinal);
        var after = await place.StateAsync();
        Assert.Contains(after, line => line.StartsWith($"{place.Project}-1 newer", StringComparison.Ordinal));
        Assert.Contains(after, line => line.Contains($"\"{place.Project}-1\"", StringComparison.Ordinal) && line.Contains("\"response_text\":\"newer\"", StringComparison.Ordinal));
        Assert.Contains(after, line => line.Contains($"\"{place.Project}-2\"", StringComparison.Ordinal) && line.Contains("\"access_count\":77", StringComparison.Ordinal) && line.Contains("\"response_text\":\"answer 2 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_compressed_for_readers_that_are_not_known_to_understand_it()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox, schema: 1, large: true);
        var before = await place.StateAsync();
        var run = await place.RunAsync(Request(CleanupMode.Compress));
        Assert.Equal(RunOutcome.NothingToDo, run.Outcome);
        Assert.Contains("would take a compressed value for an answer", run.Plan!["reported"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, await place.StateAsync());

        await using (var command = place.Gateway.CreateCommand(
            "INSERT INTO cache_stats (stat_name, stat_value, metadata, updated_at) VALUES ('hit', 1, jsonb_build_object('project', $1::text, 'kind', 'hit', 'tier', 'all'), now() AT TIME ZONE 'UTC')"))
        {
            command.Parameters.AddWithValue(place.Project);
            await command.ExecuteNonQueryAsync(Stop);
        }

        Assert.Equal(RunOutcome.Done, (await place.RunAsync(Request(CleanupMode.Compress))).Outcome);
    }

    [Fact]
    public async Task Answers_under_an_index_stay_as_they_are()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox, Compressing, schema: 2, large: true);
        var run = await place.RunAsync(Request(CleanupMode.Compress));
        Assert.Equal(RunOutcome.Done, run.Outcome);
        Assert.Contains("cache_entries_words lies over response_text", run.Plan!["reported"]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(await place.StateAsync(), line => line.Contains("\"response_text\":\"ckz1.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_without_an_end_get_one_by_policy_and_lose_it_again_by_undo()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox, new CleanupPolicy { Expiry = new CacheKeeper.Cleanup.Rewrites.ExpiryPolicy { Lifetime = TimeSpan.FromDays(3) } });
        var before = await place.StateAsync();
        var run = await place.RunAsync(Request(CleanupMode.Expiry));
        Assert.True(run.Outcome == RunOutcome.Done, run.Reason);
        var left = await place.Redis.KeyTimeToLiveAsync($"{place.Project}-5");
        Assert.InRange(left!.Value, TimeSpan.FromDays(2.9), TimeSpan.FromDays(3.4));
        Assert.Null(await place.Redis.KeyTimeToLiveAsync($"pay:{place.Project}-0x"));

        Assert.Equal(RunOutcome.Done, (await place.UndoAsync(run.Run)).Outcome);
        Assert.Equal(before, await place.StateAsync());
    }

    private static CleanupRequest Request(CleanupMode mode) => new("", mode, mode, "a change") { FullPace = true };

    // As a reader sees it: envelopes replaced by what CacheKeeper.Client makes of them.
    private static async Task<List<string>> PlainAsync(CleanupPlace place, List<string> lines)
    {
        var plain = new List<string>();
        foreach (var line in lines)
        {
            var at = line.IndexOf("ckz1.", StringComparison.Ordinal);
            if (at < 0)
            {
                plain.Add(line);
                continue;
            }

            var end = line.IndexOfAny(['"', ' '], at);
            var envelope = line[at..end];
            var dictionary = Convert.FromBase64String((await place.Redis.StringGetAsync(CacheKeys.Dictionary(place.Project, ValueEnvelope.DictionaryOf(envelope)!)))!);
            Assert.True(ValueEnvelope.TryRead(envelope, dictionary, out var text));
            plain.Add(line[..at] + text + line[end..]);
        }

        return plain;
    }
}
