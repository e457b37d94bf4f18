using System.Threading.Channels;
using CacheKeeper.Sandbox.Mem0.Storage;
using CacheKeeper.Sandbox.Mem0.Wire;

namespace CacheKeeper.Sandbox.Mem0;

/// <summary>Does in the background what was accepted with an event; what a stop left open is done after the next start.</summary>
internal sealed class Mem0EventQueue : IAsyncDisposable
{
    private const int WaitingEvents = 100_000;

    private readonly Mem0Store store;
    private readonly Channel<Mem0Event> waiting = Channel.CreateBounded<Mem0Event>(WaitingEvents);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource> idle = [];
    private Task working = Task.CompletedTask;
    private int open;

    public Mem0EventQueue(Mem0Store store) => this.store = store;

    /// <summary>Begins with what an earlier run left open.</summary>
    public void Start()
    {
        foreach (var left in store.Read(session => session.Query(
            $"{Endpoints.EventEndpoints.Columns} WHERE status IN ('PENDING', 'RUNNING') ORDER BY sequence", Mem0Tables.ReadEvent)))
        {
            Enqueue(left);
        }

        working = WorkAsync();
    }

    /// <summary>Accepts work: when this returns, the event stands on disk as pending.</summary>
    public async Task<Mem0Event> AcceptAsync(string type, object payload, CancellationToken cancellationToken)
    {
        var accepted = await store.ChangeAsync(
            change =>
            {
                var pending = New(change, type, Mem0Event.Pending, payload, Array.Empty<object>());
                change.Put(pending);
                return pending;
            },
            cancellationToken);
        Enqueue(accepted);
        return accepted;
    }

    /// <summary>An event of work that is done in the same change.</summary>
    public static Mem0Event Done(Mem0Change change, string type, object payload, object results) =>
        New(change, type, Mem0Event.Succeeded, payload, results) with { StartedAt = change.Now, CompletedAt = change.Now };

    /// <summary>Waits until nothing accepted is open.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (open == 0)
            {
                return Task.CompletedTask;
            }

            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle.Add(source);
            return source.Task.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await stopping.CancelAsync();
        await working;
        stopping.Dispose();
    }

    private static Mem0Event New(Mem0Change change, string type, string status, object payload, object results) => new()
    {
        Id = Guid.NewGuid(),
        Type = type,
        Status = status,
        Payload = WireJson.Element(payload),
        Results = WireJson.Element(results),
        CreatedAt = change.Now,
        UpdatedAt = change.Now,
    };

    private void Enqueue(Mem0Event accepted)
    {
        lock (gate)
        {
            open++;
        }

        if (!waiting.Writer.TryWrite(accepted))
        {
            Finish();
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var accepted in waiting.Reader.ReadAllAsync(stopping.Token))
            {
                await DoAsync(accepted);
                Finish();
            }
        }
        catch (OperationCanceledException)
        {
            // What is left stays pending on disk.
        }
    }

    private async Task DoAsync(Mem0Event accepted)
    {
        try
        {
            await store.ChangeAsync(change => change.Put(accepted with { Status = Mem0Event.Running, StartedAt = change.Now, UpdatedAt = change.Now }), stopping.Token);
            await store.ChangeAsync(change => Mem0EventWork.Do(change, accepted with { StartedAt = accepted.StartedAt ?? change.Now }), stopping.Token);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            await store.ChangeAsync(
                change => change.Put(accepted with { Status = Mem0Event.Failed, Error = failure.Message, CompletedAt = change.Now, UpdatedAt = change.Now }), stopping.Token);
        }
    }

    private void Finish()
    {
        lock (gate)
        {
            if (--open == 0)
            {
                idle.ForEach(source => source.TrySetResult());
                idle.Clear();
            }
        }
    }
}
