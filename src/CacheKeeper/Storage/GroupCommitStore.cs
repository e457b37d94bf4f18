using System.Data.Common;
using System.Threading.Channels;

namespace CacheKeeper.Storage;

/// <summary>
/// One writer for SQLite, which knows only one at a time: what waits together is committed together, with one flush to the disk for all. Each
/// work stands behind a savepoint of its own, so that one that fails takes back only itself; nobody is answered before the commit.
/// </summary>
/// <param name="connect">Opens the writer's own connection.</param>
/// <param name="begin">Starts the writer: on a thread beside (<c>Task.Run</c>), or in the turn of whoever writes first.</param>
internal sealed class GroupCommitStore(Func<CancellationToken, Task<DbConnection>> connect, Func<Func<Task>, Task> begin) : IAsyncDisposable
{
    private const int MostTogether = 100;
    private const int MostWaiting = 10_000;
    private readonly Channel<Work> _waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Lock _gate = new();
    private Task? _writing;
    private DbConnection? _connection;

    /// <summary>Runs work in a transaction; it is on the disk when this returns. Work must not write through anything but what it is handed.</summary>
    public async Task<T> RunAsync<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        var one = new Work<T>(work, cancellationToken);
        lock (_gate)
        {
            _writing ??= begin(WriteAsync);
        }

        await _waiting.Writer.WriteAsync(one, cancellationToken);
        return await one.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await (_writing ?? Task.CompletedTask);
        await ForgetConnectionAsync();
    }

    private async Task WriteAsync()
    {
        var group = new List<Work>(MostTogether);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (group.Count < MostTogether && _waiting.Reader.TryRead(out var work))
            {
                group.Add(work);
            }

            await CommitAsync(group);
            group.Clear();
        }
    }

    private async Task CommitAsync(List<Work> group)
    {
        try
        {
            _connection ??= await connect(CancellationToken.None);
            await using var transaction = await _connection.BeginTransactionAsync();
            foreach (var work in group)
            {
                await work.TryAsync(_connection, transaction);
            }

            await transaction.CommitAsync();
            group.ForEach(work => work.Tell(null));
        }
        catch (Exception e)
        {
            // Nothing of the group is on the disk: everybody is told so, and the next group begins with a fresh connection.
            group.ForEach(work => work.Tell(e));
            await ForgetConnectionAsync();
        }
    }

    private async Task ForgetConnectionAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private abstract class Work
    {
        public abstract Task TryAsync(DbConnection connection, DbTransaction transaction);

        /// <summary>Answers whoever waits: with what came of the work, or with why the whole group failed.</summary>
        public abstract void Tell(Exception? groupFailed);
    }

    private sealed class Work<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancellationToken) : Work
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;
        private Exception? _failure;

        public Task<T> Answer => _answer.Task;

        public override async Task TryAsync(DbConnection connection, DbTransaction transaction)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _failure = new OperationCanceledException(cancellationToken);
                return;
            }

            await StatementStore.ExecuteAsync(connection, transaction, "SAVEPOINT work");
            try
            {
                _result = await work(connection, transaction);
            }
            catch (Exception e)
            {
                _failure = e;
                await StatementStore.ExecuteAsync(connection, transaction, "ROLLBACK TO SAVEPOINT work");
            }

            await StatementStore.ExecuteAsync(connection, transaction, "RELEASE SAVEPOINT work");
        }

        public override void Tell(Exception? groupFailed)
        {
            if ((_failure ?? groupFailed) is { } e)
            {
                _answer.TrySetException(e);
            }
            else
            {
                _answer.TrySetResult(_result!);
            }
        }
    }
}
