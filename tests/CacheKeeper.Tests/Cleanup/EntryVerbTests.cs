using System.Text.Json.Nodes;
using CacheKeeper.Cli;
using CacheKeeper.Dashboard.Commands;

namespace CacheKeeper.Tests.Cleanup;

/// <summary><c>cleanup entry KEY</c> on real servers: shown first, removed when told so, brought back.</summary>
public sealed class EntryVerbTests(SandboxFixture sandbox)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_entry_is_planned_then_applied_with_its_keys_then_brought_back()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox);
        var (before, hash) = (await place.StateAsync(), place.Project + "-7");
        var (code, planned) = await RunAsync(place, "cleanup entry", hash);
        Assert.Equal((ExitCode.Done, "dry_run"), (code, planned["outcome"]!.GetValue<string>()));
        Assert.Equal(before, await place.StateAsync());

        var (applied, run) = await RunAsync(place, "cleanup apply", planned["plan"]!["plan"]!.GetValue<string>());
        Assert.True(applied == ExitCode.Done, run["reason"]!.GetValue<string>());
        var between = await place.StateAsync();
        Assert.Equal(before.Where(line => !IsOf(line, hash)), between);
        Assert.Equal(4, before.Count - between.Count);

        await RunAsync(place, "cleanup undo", run["run"]!.GetValue<string>());
        Assert.Equal(before, await place.StateAsync());
    }

    [Fact]
    public async Task With_yes_it_goes_at_once_and_one_key_goes_alone()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox);
        var (before, key) = (await place.StateAsync(), $"payment_processor:{place.Project}-8");
        var (code, run) = await RunAsync(place, "cleanup entry", key, "--yes");
        Assert.True(code == ExitCode.Done, run["reason"]!.GetValue<string>());
        Assert.Equal(before.Where(line => !line.StartsWith(key + " ", StringComparison.Ordinal)), await place.StateAsync());
    }

    [Fact]
    public async Task What_nobody_has_and_what_is_pinned_stays_nothing_to_do()
    {
        await using var place = await CleanupPlace.CreateAsync(sandbox);
        var before = await place.StateAsync();
        var (_, none) = await RunAsync(place, "cleanup entry", "no-such-entry", "--yes");
        Assert.Equal("nothing_to_do", none["outcome"]!.GetValue<string>());
        await RunAsync(place, "cleanup entry", place.Project + "-11", "--yes");
        Assert.Equal(before.Where(line => line.StartsWith('{')), (await place.StateAsync()).Where(line => line.StartsWith('{')));
    }

    // A row, or a key under any of its three names.
    private static bool IsOf(string line, string hash) => line.Contains($"\"{hash}\"", StringComparison.Ordinal) || line.Split(' ')[0].Split(':')[^1] == hash;

    private static async Task<(int Code, JsonObject Run)> RunAsync(CleanupPlace place, string verb, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = CommandTree.Parse(verb, [.. arguments, "--json"]);
        var session = new RemoteSession(place.Keeper, output, error, (_, _) => { }, "test");
        var code = await Task.Run(() =>
        {
            RemoteSessionHost.Current = session;
            return CommandLineHost.RunAsync(parsed, session, Stop);
        }, Stop);
        Assert.True(output.ToString().StartsWith('{'), $"{code}: {error}");
        return (code, (JsonObject)JsonNode.Parse(output.ToString())!);
    }
}
