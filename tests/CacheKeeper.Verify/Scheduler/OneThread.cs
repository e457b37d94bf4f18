using System.Collections.Concurrent;

namespace CacheKeeper.Verify.Scheduler;

/// <summary>Runs asynchronous work on one thread, what is ready in the order in which it became so: the same seed then gives the same events.</summary>
internal sealed class OneThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Call, object? State)> _ready = [];

    public static void Run(Func<Task> work)
    {
        var before = Current;
        var one = new OneThread();
        SetSynchronizationContext(one);
        try
        {
            var task = work();
            task.ContinueWith(_ => one._ready.CompleteAdding(), TaskScheduler.Default);
            foreach (var (call, state) in one._ready.GetConsumingEnumerable())
            {
                call(state);
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _ready.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // What still ends after the work has ended is nobody's business any more.
        }
    }
}
