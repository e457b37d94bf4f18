using System.Collections.Concurrent;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Counts wrong tokens by address: after too many, that address is not heard until the lock has passed. Kept in memory, bounded.</summary>
internal sealed class GuessService(AccessPolicy policy, TimeProvider time)
{
    private const int MostAddresses = 10_000;
    private readonly ConcurrentDictionary<string, (int Wrong, DateTimeOffset Since)> _seen = new(StringComparer.Ordinal);

    public bool IsLocked(string address) => _seen.TryGetValue(address, out var seen) && seen.Wrong >= policy.Tries && time.GetUtcNow() - seen.Since < policy.LockFor;

    public void Wrong(string address)
    {
        var now = time.GetUtcNow();
        if (_seen.Count >= MostAddresses)
        {
            foreach (var old in _seen.Where(pair => now - pair.Value.Since >= policy.LockFor).Select(pair => pair.Key).ToList())
            {
                _seen.TryRemove(old, out _);
            }
        }

        // The wait starts anew with the guess that locks.
        _seen.AddOrUpdate(address, (1, now), (_, seen) => now - seen.Since >= policy.LockFor ? (1, now) : (seen.Wrong + 1, seen.Wrong + 1 == policy.Tries ? now : seen.Since));
    }

    public void Right(string address) => _seen.TryRemove(address, out _);
}
