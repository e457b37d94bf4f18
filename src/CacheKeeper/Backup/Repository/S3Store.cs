using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CacheKeeper.Storage;

namespace CacheKeeper.Backup.Repository;

/// <summary>
/// A bucket of S3-compatible storage. A file is sent in parts to a name below <c>pending/</c>, read back from there, and only then copied to its own name by
/// the server itself: what has a name was read back from the bucket.
/// </summary>
internal sealed class S3Store : IBackupStore
{
    private const string Pending = "pending";
    private const long LargestCopy = 5L << 30;
    private readonly AmazonS3Client _client;
    private readonly string _bucket;
    private readonly string _prefix;

    /// <param name="location"><c>s3://BUCKET/PREFIX</c></param>
    /// <param name="folder">The project's folder below it.</param>
    /// <param name="region">Where the bucket lies.</param>
    /// <exception cref="KeeperException">The location, the address or the keys are not usable.</exception>
    public S3Store(string location, string folder, string? region, S3Settings settings)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var address) || address.Host.Length == 0)
        {
            throw KeeperException.Usage($"backup.location {location} names no bucket.", "It looks like s3://bucket/folder.");
        }

        (_bucket, _prefix) = (address.Host, string.Join('/', new[] { address.AbsolutePath.Trim('/'), folder }.Where(part => part.Length > 0)) + "/");
        Location = $"s3://{_bucket}/{_prefix}";
        _client = new AmazonS3Client(Credentials(settings), Configuration(settings, region));
    }

    public string Location { get; }

    /// <summary>Where the bucket itself says that it lies; null when its server does not tell.</summary>
    public Task<string?> RegionAsync(CancellationToken cancellationToken) => CallAsync("ask for its region", async () =>
    {
        var told = (await _client.GetBucketLocationAsync(new GetBucketLocationRequest { BucketName = _bucket }, cancellationToken)).Location?.Value;
        return !string.IsNullOrEmpty(told) ? told : _client.Config.ServiceURL is null ? "us-east-1" : null;
    });

    public Task<IReadOnlyList<StoredFile>> ListAsync(string folder, CancellationToken cancellationToken) => CallAsync("list", async () =>
    {
        var found = new List<StoredFile>();
        foreach (var item in await ObjectsAsync($"{_prefix}{folder}/", cancellationToken))
        {
            found.Add(new StoredFile(item.Key[_prefix.Length..], item.Size ?? 0));
        }

        return (IReadOnlyList<StoredFile>)[.. found.OrderBy(file => file.Name, StringComparer.Ordinal)];
    });

    public Task<long?> LengthAsync(string name, CancellationToken cancellationToken) => CallAsync("look at a file", async () =>
    {
        try
        {
            return (long?)(await _client.GetObjectMetadataAsync(_bucket, _prefix + name, cancellationToken)).ContentLength;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    });

    public Task<byte[]> ReadAsync(string name, long offset, int length, CancellationToken cancellationToken) => CallAsync($"read {name}", async () =>
    {
        if (length == 0)
        {
            return [];
        }

        using var answer = await _client.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = _prefix + name, ByteRange = new ByteRange(offset, offset + length - 1) }, cancellationToken);
        var bytes = new byte[length];
        var read = await answer.ResponseStream.ReadAtLeastAsync(bytes, length, throwOnEndOfStream: false, cancellationToken);
        return read == length ? bytes : throw new KeeperException($"{name} is shorter than it was.", "It was cut off or replaced; 'cachekeeper backup verify' tells what is whole.");
    });

    public Task<IPendingStore> CreateAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<IPendingStore>(new S3PendingStore(this, _client, _bucket, $"{_prefix}{Pending}/{Guid.NewGuid():N}", name));

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => CallAsync($"remove {name}", async () =>
    {
        await _client.DeleteObjectAsync(_bucket, _prefix + name, cancellationToken);
        return 0;
    });

    public Task<int> SweepAsync(CancellationToken cancellationToken) => CallAsync("sweep", async () =>
    {
        var left = await ObjectsAsync($"{_prefix}{Pending}/", cancellationToken);
        foreach (var item in left)
        {
            await _client.DeleteObjectAsync(_bucket, item.Key, cancellationToken);
        }

        return left.Count + await AbortUploadsAsync(cancellationToken);
    });

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives a pending file its name; nothing that stands under that name is replaced.</summary>
    internal Task PublishAsync(string pending, string name, long length, CancellationToken cancellationToken) => CallAsync($"name {name}", async () =>
    {
        if (length > LargestCopy)
        {
            throw new KeeperException($"{name} has more than {LargestCopy >> 30} GB, which a bucket cannot take over in one step.", "Back up tier by tier (--tier), or into a folder.");
        }

        if (await LengthAsync(name, cancellationToken) is not null)
        {
            throw new KeeperException($"{name} stands in {Location} already.", "Another keeper writes to this location; give each its own.");
        }

        await _client.CopyObjectAsync(new CopyObjectRequest { SourceBucket = _bucket, SourceKey = pending, DestinationBucket = _bucket, DestinationKey = _prefix + name }, cancellationToken);
        return await LengthAsync(name, cancellationToken) == length ? 0 : throw new KeeperException($"{name} did not arrive whole in {Location}.", "Nothing was published; try again.");
    });

    internal string Relative(string key) => key[_prefix.Length..];

    /// <summary>One call, its failures told in a sentence.</summary>
    internal async Task<T> CallAsync<T>(string what, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new KeeperException($"{Location} could not {what}: {Cause(e)}", Hint(e), cause: e);
        }
    }

    // Not every server can list its uploads; those that cannot clean up by themselves.
    private async Task<int> AbortUploadsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var uploads = (await _client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = _bucket, Prefix = $"{_prefix}{Pending}/" }, cancellationToken)).MultipartUploads ?? [];
            foreach (var upload in uploads)
            {
                await _client.AbortMultipartUploadAsync(_bucket, upload.Key, upload.UploadId, cancellationToken);
            }

            return uploads.Count;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            return 0;
        }
    }

    private async Task<List<S3Object>> ObjectsAsync(string prefix, CancellationToken cancellationToken)
    {
        var (found, request) = (new List<S3Object>(), new ListObjectsV2Request { BucketName = _bucket, Prefix = prefix });
        while (true)
        {
            var page = await _client.ListObjectsV2Async(request, cancellationToken);
            found.AddRange(page.S3Objects ?? []);
            if (page.IsTruncated != true)
            {
                return found;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    private static AWSCredentials Credentials(S3Settings settings)
    {
        var access = SecretStore.Resolve(settings.AccessKey ?? new Secret { Env = "AWS_ACCESS_KEY_ID" });
        var secret = SecretStore.Resolve(settings.SecretKey ?? new Secret { Env = "AWS_SECRET_ACCESS_KEY" });
        if (access is null || secret is null)
        {
            throw KeeperException.Usage("The keys of the bucket are not set.", "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or backup.s3.accessKey and backup.s3.secretKey ({\"env\":…} or {\"file\":…}).");
        }

        var session = settings.AccessKey is null ? SecretStore.Resolve(new Secret { Env = "AWS_SESSION_TOKEN" }) : null;
        return session is null ? new BasicAWSCredentials(access, secret) : new SessionAWSCredentials(access, secret, session);
    }

    private static AmazonS3Config Configuration(S3Settings settings, string? region)
    {
        if (settings.Endpoint is null && region is null)
        {
            throw KeeperException.Usage("Where the bucket lies is not set.", "Set backup.region (such as ap-south-1), or backup.s3.endpoint.");
        }

        if (settings.Endpoint is { } url && new Uri(url) is { Scheme: not "https", IsLoopback: false })
        {
            throw KeeperException.Usage($"backup.s3.endpoint {url} is not encrypted.", "Use https://.");
        }

        var configuration = new AmazonS3Config
        {
            ForcePathStyle = settings.Endpoint is not null && settings.PathStyle,
            Timeout = settings.Timeout,
            MaxErrorRetry = 3,

            // Checksums that only Amazon's own servers understand: every chunk is authenticated and everything is read back.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            (configuration.ServiceURL, configuration.AuthenticationRegion) = (endpoint, region ?? "us-east-1");
        }
        else
        {
            configuration.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        }

        return configuration;
    }

    private static string Cause(Exception e) => e is AmazonS3Exception { ErrorCode: { Length: > 0 } code } ? code : e.Message;

    private static string Hint(Exception e) => e switch
    {
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } => "Check the keys, and that they may list, read, write and delete in the bucket.",
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "Make the bucket first; the keeper makes none.",
        _ => "Check that the server is up and backup.s3.endpoint names its address.",
    };
}
