using CacheKeeper.Client;
using CacheKeeper.Sandbox.Mem0;
using Microsoft.Extensions.Time.Testing;

namespace CacheKeeper.Tests.Client;

/// <summary>The memory tier alone, on both of Mem0's surfaces.</summary>
public sealed class Mem0LookupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Mem0Flavour.Platform)]
    [InlineData(Mem0Flavour.SelfHosted)]
    public async Task An_answer_is_found_by_the_question_and_by_its_wording_but_not_by_what_only_reads_alike(Mem0Flavour flavour)
    {
        await using var mem0 = await StartAsync(flavour);
        await using var cache = new TieredCache(mem0.Options);
        var save = await cache.SaveAsync("How can I exchange AUD for GBP?", "Choose both currencies, then confirm.", session: "s1", cancellationToken: Cancel);
        Assert.Equal((TierOutcome.Done, null), (save.Attempts[0].Outcome, save.Attempts[0].Error));
        Assert.Equal("Choose both currencies, then confirm.", await AskAsync(cache, "how can I exchange  AUD for GBP?"));
        Assert.Equal("Choose both currencies, then confirm.", await AskAsync(cache, "How can I exchange AUD for GBP"));
        Assert.Null(await AskAsync(cache, "How can I exchange GBP for AUD?"));
        Assert.Null(await AskAsync(cache, "How can I exchange AUD for USD?"));

        mem0.Options.SemanticHits = false;
        await using var exact = new TieredCache(mem0.Options);
        Assert.Equal("Choose both currencies, then confirm.", await AskAsync(exact, "How can I exchange AUD for GBP?"));
        Assert.Null(await AskAsync(exact, "How can I exchange AUD for GBP"));
    }

    [Fact]
    public async Task Another_project_does_not_find_it()
    {
        await using var mem0 = await StartAsync(Mem0Flavour.Platform);
        await using var cache = new TieredCache(mem0.Options);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
        mem0.Options.Project = "another";
        await using var stranger = new TieredCache(mem0.Options);
        Assert.Null(await AskAsync(stranger, "How do I pay?"));
    }

    [Fact]
    public async Task A_memory_past_its_hour_does_not_answer_though_Mem0_knows_only_days()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero));
        await using var mem0 = await StartAsync(Mem0Flavour.Platform, time);
        mem0.Options.Mem0Lifetime = TimeSpan.FromHours(2);
        await using var cache = new TieredCache(mem0.Options, time);
        await cache.SaveAsync("How do I pay?", "By UPI.", cancellationToken: Cancel);
        time.Advance(TimeSpan.FromMinutes(119));
        Assert.Equal("By UPI.", await AskAsync(cache, "How do I pay?"));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await AskAsync(cache, "How do I pay?"));
    }

    private static async Task<string?> AskAsync(TieredCache cache, string query)
    {
        var lookup = await cache.LookupAsync(query, cancellationToken: Cancel);
        Assert.Contains(Assert.Single(lookup.Attempts).Outcome, (TierOutcome[])[TierOutcome.Done, TierOutcome.Missed]);
        return lookup.Response;
    }

    private static async Task<StartedMem0> StartAsync(Mem0Flavour flavour, TimeProvider? time = null)
    {
        var folder = Path.Combine(Path.GetTempPath(), "cachekeeper-tests-" + Path.GetRandomFileName());
        var settings = new Mem0ServerSettings
        {
            Folder = folder,
            ApiKey = "m0-test",
            Flavour = flavour == Mem0Flavour.Platform ? Mem0ServerFlavour.Platform : Mem0ServerFlavour.SelfHosted,
            Time = time ?? TimeProvider.System,
        };
        var server = await Mem0Server.StartAsync(settings, Cancel);
        var options = new CacheKeeperClientOptions
        {
            Mem0Host = server.Url,
            Mem0ApiKey = "m0-test",
            Mem0Flavour = flavour,
            Mem0Timeout = TimeSpan.FromMinutes(1),
            SaveTimeout = TimeSpan.FromMinutes(1),
        };
        return new StartedMem0(server, folder, options);
    }

    private sealed record StartedMem0(Mem0Server Server, string Folder, CacheKeeperClientOptions Options) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }
}
