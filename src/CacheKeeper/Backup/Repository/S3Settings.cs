using System.ComponentModel.DataAnnotations;
using CacheKeeper.Storage;

namespace CacheKeeper.Backup.Repository;

/// <summary>How S3-compatible storage is reached when backup.location begins with s3://.</summary>
internal sealed record S3Settings
{
    /// <summary>The server's address, such as https://s3.ap-south-1.example.com; null means Amazon's own in backup.region.</summary>
    [Url]
    public string? Endpoint { get; init; }

    /// <summary>Null means the variable AWS_ACCESS_KEY_ID.</summary>
    public Secret? AccessKey { get; init; }

    /// <summary>Null means the variable AWS_SECRET_ACCESS_KEY.</summary>
    public Secret? SecretKey { get; init; }

    /// <summary>The bucket stands in the path instead of the host's name: most servers that are not Amazon's want it so.</summary>
    public bool PathStyle { get; init; } = true;

    /// <summary>No single call takes longer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
