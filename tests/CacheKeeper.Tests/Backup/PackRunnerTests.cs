using System.Text;
using CacheKeeper.Backup.Format;
using CacheKeeper.Backup.Repository;

namespace CacheKeeper.Tests.Backup;

/// <summary>What is written is read back before it counts.</summary>
public sealed class PackRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RepositoryKey _key = new(new byte[RepositoryKey.Bytes]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chunks_get_their_names_in_order_once_each_and_the_digests_of_what_the_file_holds()
    {
        var store = new ChunkStore(new FolderStore(_folder), _key, 3);
        var names = new List<string>();
        await using var pack = await store.CreateAsync(Stop);
        foreach (var text in (string[])["one\n", "two\nthree\n", "one\n"])
        {
            await pack.AddAsync(Chunk(text), names, Stop);
        }

        await pack.SealAsync(Stop);
        await pack.PublishAsync(Stop);
        Assert.Equal([_key.NameOf("one\n"u8), _key.NameOf("two\nthree\n"u8), _key.NameOf("one\n"u8)], names);
        Assert.Equal(LineDigest.Of("two\nthree\n"u8), pack.Proven[names[1]]);
        Assert.Equal(2, Assert.Single(store.Packs).Chunks.Count);
        Assert.Equal("two\nthree\n", Encoding.UTF8.GetString(await store.ReadAsync(names[1], Stop)));
    }

    [Fact]
    public async Task A_frame_that_the_disk_holds_otherwise_stops_the_backup_before_anything_has_a_name()
    {
        var store = new ChunkStore(new LyingStore(new FolderStore(_folder)), _key, 3);
        await using (var pack = await store.CreateAsync(Stop))
        {
            await pack.AddAsync(Chunk("line\n"), [], Stop);
            var e = await Assert.ThrowsAsync<KeeperException>(() => pack.DrainAsync(Stop));
            Assert.Contains("was changed", e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    public void Dispose() => _folder.Dispose();

    private static RentedBytes Chunk(string text)
    {
        var chunk = new RentedBytes(16);
        chunk.Append(Encoding.UTF8.GetBytes(text));
        return chunk;
    }

    private sealed class LyingStore(FolderStore folder) : IBackupStore
    {
        public string Location => folder.Location;

        public Task<IReadOnlyList<StoredFile>> ListAsync(string name, CancellationToken cancellationToken) => folder.ListAsync(name, cancellationToken);

        public Task<long?> LengthAsync(string name, CancellationToken cancellationToken) => folder.LengthAsync(name, cancellationToken);

        public Task<byte[]> ReadAsync(string name, long offset, int length, CancellationToken cancellationToken) => folder.ReadAsync(name, offset, length, cancellationToken);

        public async Task<IPendingStore> CreateAsync(string name, CancellationToken cancellationToken) => new LyingFile(await folder.CreateAsync(name, cancellationToken));

        public Task DeleteAsync(string name, CancellationToken cancellationToken) => folder.DeleteAsync(name, cancellationToken);

        public Task<int> SweepAsync(CancellationToken cancellationToken) => folder.SweepAsync(cancellationToken);

        public ValueTask DisposeAsync() => folder.DisposeAsync();
    }

    private sealed class LyingFile(IPendingStore file) : IPendingStore
    {
        public long Length => file.Length;

        public bool IsReadableBeforeSealed => file.IsReadableBeforeSealed;

        public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => file.WriteAsync(bytes, cancellationToken);

        public Task SealAsync(CancellationToken cancellationToken) => file.SealAsync(cancellationToken);

        public async Task<byte[]> ReadAsync(long offset, int length, CancellationToken cancellationToken)
        {
            var bytes = await file.ReadAsync(offset, length, cancellationToken);
            bytes[length / 2] ^= 1;
            return bytes;
        }

        public Task PublishAsync(CancellationToken cancellationToken) => file.PublishAsync(cancellationToken);

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
