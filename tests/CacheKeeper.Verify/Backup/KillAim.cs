using System.Diagnostics;

namespace CacheKeeper.Verify.Backup;

/// <summary>Kills where it hurts: four times in five at a random moment between the first written byte and the end, else at any moment since the start.</summary>
/// <param name="isWriting">Whether the process has begun to write and has not ended it yet.</param>
internal sealed class KillAim(Random random, Func<CancellationToken, Task<bool>> isWriting)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan LeastWriting = TimeSpan.FromMilliseconds(300);
    private TimeSpan _beforeWriting;
    private TimeSpan _writing;

    /// <summary>Kills that found the process still running.</summary>
    public int Running { get; private set; }

    /// <summary>Kills that found it writing.</summary>
    public int Writing { get; private set; }

    /// <summary>Lets one process run to its end and learns how long it takes until it writes, and how long it writes.</summary>
    public async Task LearnAsync(Process process, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        await UntilWritingAsync(process, cancellationToken);
        _beforeWriting = watch.Elapsed;
        await process.WaitForExitAsync(cancellationToken);
        var wrote = watch.Elapsed - _beforeWriting;
        _writing = wrote > LeastWriting ? wrote : LeastWriting;
    }

    public async Task KillAsync(Process process, CancellationToken cancellationToken)
    {
        if (random.Next(5) == 0)
        {
            await Task.Delay((_beforeWriting + _writing) * random.NextDouble(), cancellationToken);
        }
        else
        {
            await UntilWritingAsync(process, cancellationToken);
            await Task.Delay(_writing * random.NextDouble(), cancellationToken);
        }

        Writing += await isWriting(cancellationToken) && !process.HasExited ? 1 : 0;
        Running += process.HasExited ? 0 : 1;
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
    }

    public string Told(int tries) => $"{Running} of {tries} kills came while the process was still running, {Writing} of them while it wrote ({_beforeWriting.TotalSeconds:0.0} s until it writes, {_writing.TotalSeconds:0.0} s of writing)";

    private async Task UntilWritingAsync(Process process, CancellationToken cancellationToken)
    {
        while (!process.HasExited && !await isWriting(cancellationToken))
        {
            await Task.Delay(Look, cancellationToken);
        }
    }
}
