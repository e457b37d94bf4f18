using System.ComponentModel.DataAnnotations;
using CacheKeeper.Storage;

namespace CacheKeeper.Dashboard.Hooks;

/// <summary>A sender whose signed messages may start jobs: <c>POST /api/hooks/NAME</c>.</summary>
internal sealed record HookSettings
{
    /// <summary>The last part of its address.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>What the sender signs with (whsec_…, 24 bytes or more).</summary>
    [Required]
    public Secret? Secret { get; init; }

    /// <summary>The secret before the present one, heard too while a sender changes over.</summary>
    public Secret? PreviousSecret { get; init; }

    /// <summary>The jobs it may start; none means none.</summary>
    public IReadOnlyList<string> Jobs { get; init; } = [];

    /// <summary>Messages heard within a minute; the rest is told to come later.</summary>
    [Range(1, 10_000)]
    public int PerMinute { get; init; } = 30;
}
