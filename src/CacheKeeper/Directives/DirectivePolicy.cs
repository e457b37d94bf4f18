using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Directives;

/// <summary>How far directives may go, and how they are handed to the readers.</summary>
internal sealed record DirectivePolicy
{
    /// <summary>No part lasts longer than this from the moment it is written; who wants it longer renews it.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan LongestPart { get; init; } = TimeSpan.FromDays(7);

    /// <summary>No part makes lifetimes longer than this many times the ordinary one (or shorter than its inverse).</summary>
    [Range(1.0, 1000.0)]
    public double LargestFactor { get; init; } = 12;

    /// <summary>How long a document that asks for nothing stays in Redis, so that readers without PostgreSQL hear the end.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan EmptyStays { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long each place may take to be written or read.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether the table cache_directives is created when it is missing and the role may do so.</summary>
    public bool CreateTable { get; init; } = true;
}
