using System.Collections.Concurrent;

namespace CacheKeeper.Dashboard.Access;

/// <summary>Tokens looked up within the last second, so that a program that asks many times a second is not looked up each time.</summary>
/// <remarks>
/// Each carries the generation in which its look-up began, and counts in that one only. <see cref="Forget"/> begins the next: what was read before a
/// revocation is not believed after it, whether it is remembered already or is still on its way.
/// </remarks>
internal sealed class RememberedTokens
{
    /// <summary>So long a token is believed; another process's revocation counts after it, our own at once.</summary>
    public static readonly TimeSpan For = TimeSpan.FromSeconds(1);

    private const int Most = 1000;
    private readonly ConcurrentDictionary<string, RememberedToken> _known = new(StringComparer.Ordinal);
    private long _generation;

    /// <summary>To be read before a look-up begins and kept with what it finds.</summary>
    public long Generation => Interlocked.Read(ref _generation);

    /// <summary>What is remembered of the token of this hash; null when it has to be looked up.</summary>
    public RememberedToken? Find(string hash, DateTimeOffset now) =>
        _known.TryGetValue(hash, out var known) && known.Generation == Generation && (now - known.ReadAt).Duration() <= For ? known : null;

    public void Add(string hash, RememberedToken token)
    {
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known[hash] = token;
    }

    /// <summary>To be called after a revocation is written and before it is told.</summary>
    public void Forget()
    {
        Interlocked.Increment(ref _generation);
        _known.Clear();
    }
}

/// <summary>What a look-up found.</summary>
/// <param name="Token">The token as it was read.</param>
/// <param name="Caller">Who shows it.</param>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Generation">Of <see cref="RememberedTokens.Generation"/>, when the look-up began.</param>
internal sealed record RememberedToken(TokenRecord Token, Caller Caller, DateTimeOffset ReadAt, long Generation);
