using CacheKeeper.Client;

namespace CacheKeeper.Directives;

/// <summary>What one writer wants of the readers: all of it, every time (absolute, so that nothing adds up).</summary>
internal sealed record DirectiveParts(IReadOnlyList<LeaveOutDirective> LeaveOut, IReadOnlyList<TtlDirective> Ttl)
{
    public static readonly DirectiveParts None = new([], []);

    /// <summary>The parts of a document that this writer asked for.</summary>
    public static DirectiveParts Of(DirectivesDocument document, string by) =>
        new([.. document.LeaveOut.Where(part => part.By == by)], [.. document.Ttl.Where(part => part.By == by)]);
}
