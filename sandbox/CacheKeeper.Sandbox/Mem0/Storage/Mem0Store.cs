using System.Threading.Channels;

namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>
/// The memories on disk and in memory. Changes queue up for one writer, which carries out whatever waits in one transaction: a change is
/// answered after its commit, and a crowd of small changes costs one sync.
/// </summary>
internal sealed class Mem0Store : IAsyncDisposable
{
    private const int WaitingChanges = 4096;
    private const int ChangesInCommit = 512;

    private readonly string file;
    private readonly TimeProvider time;
    private readonly Channel<PendingChange> changes = Channel.CreateBounded<PendingChange>(new BoundedChannelOptions(WaitingChanges) { SingleReader = true });
    private readonly Lock readerGate = new();
    private readonly SqliteSession reader;
    private readonly Task writing;

    public Mem0Store(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        file = Path.Combine(folder, "mem0.db");
        this.time = time;
        var session = new SqliteSession(file);
        Mem0Tables.Create(session);
        reader = new SqliteSession(file);
        Load(session);
        writing = Task.Run(() => WriteAsync(session));
    }

    public MemoryCatalog Memories { get; } = new();

    public EntityDirectory Entities { get; } = new();

    /// <summary>Carries out a change after those already waiting, and returns when it stands on disk.</summary>
    public async Task<T> ChangeAsync<T>(Func<Mem0Change, T> change, CancellationToken cancellationToken)
    {
        var pending = new PendingChange<T>(change);
        await changes.Writer.WriteAsync(pending, cancellationToken);
        return await pending.Done;
    }

    public Task ChangeAsync(Action<Mem0Change> change, CancellationToken cancellationToken) => ChangeAsync(
        open =>
        {
            change(open);
            return true;
        },
        cancellationToken);

    /// <summary>Reads what only the file knows: history, events, documents.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        lock (readerGate)
        {
            return read(reader);
        }
    }

    public Mem0Document? Document(string kind, string id) => Read(session => session.Query(
        "SELECT kind, id, body, created_at, updated_at FROM documents WHERE kind = $kind AND id = $id", ReadDocument, ("$kind", kind), ("$id", id)).FirstOrDefault());

    public List<Mem0Document> Documents(string kind) => Read(session => session.Query(
        "SELECT kind, id, body, created_at, updated_at FROM documents WHERE kind = $kind ORDER BY created_at, id", ReadDocument, ("$kind", kind)));

    public async ValueTask DisposeAsync()
    {
        changes.Writer.TryComplete();
        await writing;
        reader.Dispose();
    }

    private static Mem0Document ReadDocument(Microsoft.Data.Sqlite.SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), Mem0Tables.Parse(row.GetString(2)), Mem0Tables.Time(row.GetInt64(3)), Mem0Tables.Time(row.GetInt64(4)));

    private async Task WriteAsync(SqliteSession session)
    {
        using (session)
        {
            var open = new Mem0Change(session, Memories, Entities, time);
            while (await changes.Reader.WaitToReadAsync())
            {
                WriteBatch(session, open);
            }
        }
    }

    private void WriteBatch(SqliteSession session, Mem0Change open)
    {
        var batch = new List<PendingChange>();
        try
        {
            session.Begin();
            while (batch.Count < ChangesInCommit && changes.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                open.SetNow();
                pending.Run(open);
            }

            session.Commit();
            batch.ForEach(pending => pending.Complete());
        }
        catch (Exception failure)
        {
            session.Rollback();
            Load(session);
            batch.ForEach(pending => pending.Fail(failure));
        }
    }

    private void Load(SqliteSession session)
    {
        Memories.Clear();
        Entities.Clear();
        foreach (var memory in session.Query("SELECT * FROM memories", Mem0Tables.ReadMemory))
        {
            Memories.Put(memory);
        }

        foreach (var entity in session.Query("SELECT * FROM entities", Mem0Tables.ReadEntity))
        {
            Entities.Put(entity);
        }
    }
}
