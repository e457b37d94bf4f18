namespace CacheKeeper.Optimization.History;

/// <summary>One lookup of the access log.</summary>
/// <param name="Key">The question, from its hash: as good as a random number, and the same one in every gateway.</param>
/// <param name="Tier">Which tier answered; null when none had the answer.</param>
/// <param name="Bytes">Size of the answer; null on a miss.</param>
/// <param name="Rate">The share of the questions that are logged.</param>
internal readonly record struct LoggedAccess(ulong Key, DateTimeOffset At, string? Tier, string Category, string Agent, int? Bytes, double Rate)
{
    public bool IsHit => Tier is not null;
}
