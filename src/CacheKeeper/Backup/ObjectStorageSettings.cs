using System.ComponentModel.DataAnnotations;
using CacheKeeper.Storage;

namespace CacheKeeper.Backup;

/// <summary>How to reach S3-compatible storage when backup.location begins with s3://.</summary>
internal sealed record ObjectStorageSettings
{
    /// <summary>The service's address; null means Amazon's own of the region.</summary>
    [Url]
    public string? Endpoint { get; init; }

    public Secret? AccessKey { get; init; }

    public Secret? SecretKey { get; init; }

    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}
