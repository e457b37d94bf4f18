using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Pace;

/// <summary>Waits between the batches of one tier: reads one entry as a reader does, and waits longer while that is slow. Says when the tier's time is up.</summary>
internal sealed class PaceRunner(ITier tier, TierScope scope, PacePolicy policy, bool full, TimeProvider time)
{
    /// <summary>Reads before the first batch, for a reader's usual time.</summary>
    public const int LooksBefore = 5;

    private readonly long _begun = time.GetTimestamp();
    private long _rested = time.GetTimestamp();
    private ReaderPace? _pace;

    /// <summary>Batches after which a read was slow.</summary>
    public int Slowed { get; private set; }

    public bool IsTimeUp => time.GetElapsedTime(_begun) > policy.MostPerTier;

    /// <summary>Call before the first batch, with one of its entries.</summary>
    public async Task LookBeforeAsync(EntryHead entry, CancellationToken cancellationToken)
    {
        var reads = new List<TimeSpan>();
        for (var i = 0; i < LooksBefore && Probes; i++)
        {
            if (await ReadAsync(entry, cancellationToken) is { } took)
            {
                reads.Add(took);
            }
        }

        _pace = ReaderPace.Start(reads, policy);
        _rested = time.GetTimestamp();
    }

    /// <summary>Call after every batch.</summary>
    public async Task WaitAsync(EntryHead entry, CancellationToken cancellationToken)
    {
        if (full)
        {
            return;
        }

        _pace ??= ReaderPace.Start([], policy);
        if (Probes && await ReadAsync(entry, cancellationToken) is { } took)
        {
            Slowed += _pace.IsSlow(took, policy) ? 1 : 0;
            _pace = _pace.After(took, policy);
        }

        if (_pace.Rest(time.GetElapsedTime(_rested), Share, policy) is var rest && rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, cancellationToken);
        }

        _rested = time.GetTimestamp();
    }

    // A batch of PostgreSQL is work for a core and for buffers that readers need. One of Redis or Mem0 is mostly the way there and back.
    private double Share => tier.Name == TierName.Postgresql ? policy.WorkShare : 1;

    // Every request to Mem0 is counted against a quota: there only the pause helps.
    private bool Probes => !full && tier.Name != TierName.Mem0;

    private async Task<TimeSpan?> ReadAsync(EntryHead entry, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            await tier.ReadAsync(scope, [entry], cancellationToken);
            return time.GetElapsedTime(begun);
        }
        catch (TierException)
        {
            return null;
        }
    }
}
