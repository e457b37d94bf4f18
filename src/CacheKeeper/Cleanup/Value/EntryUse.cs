using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup.Value;

/// <summary>What a tier's head says of an entry's use, in seconds before now. Being written counts as the first use.</summary>
internal readonly record struct EntryUse(int Uses, double Idle, double? Age)
{
    /// <summary>The mean gap between uses; null for an entry used once or with unknown age.</summary>
    public double? MeanGap => Uses > 1 && Age is { } age && age > Idle ? (age - Idle) / (Uses - 1) : null;

    /// <summary>Null when the tier knows neither how often nor when the entry was used.</summary>
    public static EntryUse? Of(EntryHead head, DateTimeOffset now)
    {
        if (head.AccessCount is not { } reads || (head.AccessedAt ?? head.UpdatedAt ?? head.CreatedAt) is not { } last)
        {
            return null;
        }

        double? age = head.CreatedAt is { } created ? Math.Max(0, (now - created).TotalSeconds) : null;
        return new((int)Math.Clamp(reads + 1, 1, int.MaxValue), Math.Max(0, (now - last).TotalSeconds), age);
    }
}
