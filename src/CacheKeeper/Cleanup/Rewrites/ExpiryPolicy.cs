using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Cleanup.Rewrites;

/// <summary>Which end Redis keys get that were written without one.</summary>
internal sealed record ExpiryPolicy
{
    /// <summary>How long they may live on.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The nightly deep cleanup gives ends too; otherwise only 'cleanup expiry' does, when a person has looked.</summary>
    public bool Nightly { get; init; }
}
