using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Dashboard.Access;

/// <summary>How long a sign-in lasts and how many guesses are heard.</summary>
internal sealed record AccessPolicy
{
    /// <summary>A session that is not used for this long ends.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan IdleFor { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A session ends after this long, used or not.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan LastsFor { get; init; } = TimeSpan.FromHours(12);

    /// <summary>A change that removes something asks for a sign-in not older than this.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "12:00:00")]
    public TimeSpan FreshFor { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The printed set-up link works for this long.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan SetupFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Wrong tokens that one address may try within <see cref="LockFor"/>; then it is not heard until that has passed.</summary>
    [Range(1, 1000)]
    public int Tries { get; init; } = 10;

    /// <summary>How long an address is not heard after too many wrong tokens.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan LockFor { get; init; } = TimeSpan.FromMinutes(30);
}
