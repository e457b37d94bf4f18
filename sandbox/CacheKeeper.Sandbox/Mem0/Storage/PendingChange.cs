namespace CacheKeeper.Sandbox.Mem0.Storage;

/// <summary>A change that waits for the writer.</summary>
internal abstract class PendingChange
{
    /// <summary>Carries it out; a refusal is kept for its asker, anything else fails the whole batch.</summary>
    public abstract void Run(Mem0Change open);

    /// <summary>Tells the asker, after the commit.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception failure);
}

/// <summary>A change with the answer it will give.</summary>
internal sealed class PendingChange<T>(Func<Mem0Change, T> change) : PendingChange
{
    private readonly TaskCompletionSource<T> asker = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? answer;
    private RefusalException? refusal;

    public Task<T> Done => asker.Task;

    public override void Run(Mem0Change open)
    {
        try
        {
            answer = change(open);
        }
        catch (RefusalException refused)
        {
            refusal = refused;
        }
    }

    public override void Complete()
    {
        if (refusal is null)
        {
            asker.TrySetResult(answer!);
        }
        else
        {
            asker.TrySetException(refusal);
        }
    }

    public override void Fail(Exception failure) => asker.TrySetException(failure);
}
