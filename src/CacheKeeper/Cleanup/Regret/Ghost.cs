using System.Text;

namespace CacheKeeper.Cleanup.Regret;

/// <summary>What is remembered of a removed entry. Of a large run only a share is remembered, chosen by hash; each then stands for several.</summary>
/// <param name="Weight">How many removed entries it stands for.</param>
/// <param name="ReturnedAt">When it was asked for and written again; null while it was not.</param>
internal sealed record Ghost(string Hash, string Category, RemovalReason Reason, DateTimeOffset RemovedAt, double Weight, DateTimeOffset? ReturnedAt = null)
{
    /// <summary>The share of a run's entries that is remembered.</summary>
    public static double Rate(long removed, int most) => removed <= most ? 1 : (double)most / removed;

    /// <summary>Whether an entry is among the remembered: the same answer in every run, so that what is followed is followed for good.</summary>
    public static bool IsKept(string hash, double rate)
    {
        var digest = Encoding.UTF8.GetBytes(hash).Aggregate(2166136261u, (sum, one) => (sum ^ one) * 16777619u);
        return digest <= rate * uint.MaxValue;
    }
}
