using CacheKeeper.Client.Tiers;

namespace CacheKeeper.Client;

/// <summary>
/// Keeps the newest directives at hand by asking for them again and again: Redis first, PostgreSQL when Redis fails or has none (or the
/// other way round). When both answer that there are none, there are none; when neither answers, the last known ones stand until they end.
/// </summary>
internal sealed class DirectivesReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly string project;
    private readonly IReadOnlyList<Func<CancellationToken, Task<string?>>> sources;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource ending = new();
    private readonly Task reading;
    private DirectivesDocument current;

    public DirectivesReader(string project, IReadOnlyList<Func<CancellationToken, Task<string?>>> sources, TimeSpan interval, TimeProvider time)
    {
        this.project = project;
        this.sources = sources;
        this.time = time;
        current = DirectivesDocument.Empty(project);
        reading = sources.Count == 0 ? Task.CompletedTask : ReadForeverAsync(interval);
    }

    public DirectivesView View => new(Volatile.Read(ref current), time.GetUtcNow());

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await reading;
        ending.Dispose();
    }

    /// <summary>One round over the sources.</summary>
    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        var without = 0;
        foreach (var source in sources)
        {
            var (answered, text) = await AskAsync(source, cancellationToken);
            without += answered && text is null ? 1 : 0;
            if (text is not null && DirectivesDocument.FromJson(text) is { } read && read.Project == project)
            {
                TakeIfNewer(read);
                return;
            }
        }

        if (without == sources.Count)
        {
            Volatile.Write(ref current, DirectivesDocument.Empty(project));
        }
    }

    // A keeper that lost its memory counts from 1 again; then the later document is the newer one.
    private void TakeIfNewer(DirectivesDocument read)
    {
        if (read.Version >= current.Version || read.WrittenAt > current.WrittenAt)
        {
            Volatile.Write(ref current, read);
        }
    }

    private static async Task<(bool Answered, string? Text)> AskAsync(Func<CancellationToken, Task<string?>> source, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return (true, await source(limit.Token).WaitAsync(limit.Token));
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, null);
        }
    }

    private async Task ReadForeverAsync(TimeSpan interval)
    {
        try
        {
            await Task.Yield();
            using var timer = new PeriodicTimer(interval, time);
            do
            {
                await ReadAsync(ending.Token);
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The client is being disposed: whatever a source says now is nobody's mistake.
        }
    }
}
