using Amazon.S3;
using Amazon.S3.Model;

namespace CacheKeeper.Backup.Repository;

/// <summary>A file on its way into a bucket: sent in parts while it is written, so that never more than one part is held.</summary>
internal sealed class S3PendingStore(S3Store store, AmazonS3Client client, string bucket, string key, string name) : IPendingStore
{
    private const int PartBytes = 8 << 20;
    private readonly List<PartETag> _parts = [];
    private readonly byte[] _part = new byte[PartBytes];
    private int _filled;
    private string? _upload;
    private bool _sealed;

    public long Length { get; private set; }

    public bool IsReadableBeforeSealed => false;

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        for (var rest = bytes; rest.Length > 0;)
        {
            if (_filled == PartBytes)
            {
                await SendPartAsync(cancellationToken);
            }

            var taken = Math.Min(rest.Length, PartBytes - _filled);
            rest[..taken].CopyTo(_part.AsMemory(_filled));
            (_filled, Length, rest) = (_filled + taken, Length + taken, rest[taken..]);
        }
    }

    public async Task SealAsync(CancellationToken cancellationToken)
    {
        if (_upload is null)
        {
            await store.CallAsync($"take {name}", () => client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = Content(), UseChunkEncoding = false, AutoCloseStream = true }, cancellationToken));
        }
        else
        {
            await SendPartAsync(cancellationToken);
            await store.CallAsync($"take {name}", () => client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = _upload, PartETags = _parts }, cancellationToken));
            _upload = null;
        }

        _sealed = true;
    }

    public Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken) => store.ReadAsync(store.Relative(key), offset, length, cancellationToken);

    public Task PublishAsync(CancellationToken cancellationToken) => store.PublishAsync(key, name, Length, cancellationToken);

    /// <summary>The pending copy goes in any case; what a run that died leaves is swept by the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_upload is not null)
            {
                await client.AbortMultipartUploadAsync(bucket, key, _upload, CancellationToken.None);
            }
            else if (_sealed)
            {
                await client.DeleteObjectAsync(bucket, key, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException or HttpRequestException or IOException or OperationCanceledException)
        {
            // The next run's sweep removes it.
        }
    }

    private async Task SendPartAsync(CancellationToken cancellationToken)
    {
        _upload ??= (await store.CallAsync($"begin {name}", () => client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = key }, cancellationToken))).UploadId;
        var answer = await store.CallAsync($"take a part of {name}", () => client.UploadPartAsync(
            new UploadPartRequest { BucketName = bucket, Key = key, UploadId = _upload, PartNumber = _parts.Count + 1, PartSize = _filled, InputStream = Content(), UseChunkEncoding = false },
            cancellationToken));
        _parts.Add(new PartETag(_parts.Count + 1, answer.ETag));
        _filled = 0;
    }

    private MemoryStream Content() => new(_part, 0, _filled, writable: false);
}
