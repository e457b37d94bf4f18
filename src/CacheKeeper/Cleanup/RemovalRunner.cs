using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Keeps removals under way, two at full pace (one's receipt is written while the other's rows go), and tallies each when it ends.</summary>
internal sealed class RemovalRunner(Dictionary<TierName, TierTally> done, bool fullPace, Action<TierName, long> progress)
{
    private readonly Queue<(TierName Tier, int Count, Task<RemovalOutcome> Removal)> _running = [];
    private long _handled;

    /// <summary>Waits until another removal from this tier may start; tiers never overlap.</summary>
    public async Task MakeRoomAsync(TierName tier)
    {
        while (_running.Count >= (fullPace ? 2 : 1) || (_running.Count > 0 && _running.Peek().Tier != tier))
        {
            await SettleOneAsync();
        }
    }

    public void Add(TierName tier, int count, Task<RemovalOutcome> removal) => _running.Enqueue((tier, count, removal));

    /// <summary>Waits for all of them, also when one fails: none may outlive its receipt.</summary>
    public async Task SettleAsync()
    {
        var all = Task.WhenAll(_running.Select(one => one.Removal));
        await ((Task)all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (_running.TryDequeue(out var one))
        {
            if (one.Removal.IsCompletedSuccessfully)
            {
                Tally(one.Tier, one.Count, await one.Removal);
            }
        }

        await all;
    }

    private async Task SettleOneAsync()
    {
        // One that fails stays in line: SettleAsync tells of it after all have ended.
        var one = _running.Peek();
        var outcome = await one.Removal;
        _running.Dequeue();
        Tally(one.Tier, one.Count, outcome);
    }

    private void Tally(TierName tier, int count, RemovalOutcome outcome)
    {
        done[tier] = done.GetValueOrDefault(tier, new TierTally()).Plus(outcome);
        _handled += count;
        progress(tier, _handled);
    }
}
