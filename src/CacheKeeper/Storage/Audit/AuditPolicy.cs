using System.ComponentModel.DataAnnotations;

namespace CacheKeeper.Storage.Audit;

/// <summary>How long the audit log is kept.</summary>
internal sealed record AuditPolicy
{
    /// <summary>Lines older than this are cut off the beginning of the log, which is a line of the log itself.</summary>
    [Range(typeof(TimeSpan), "30.00:00:00", "3653.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(397);
}
