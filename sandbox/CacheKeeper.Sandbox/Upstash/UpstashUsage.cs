namespace CacheKeeper.Sandbox.Upstash;

/// <summary>What has been asked of the front so far; commands are counted as Upstash bills them, each of a pipeline for itself.</summary>
internal sealed record UpstashUsageSnapshot(
    long Requests, long Commands, long Reads, long Writes, long Refused, long Unauthorized, long BytesIn, long OpenStreams);

/// <summary>Counts requests and commands.</summary>
internal sealed class UpstashUsage
{
    private long requests;
    private long commands;
    private long reads;
    private long writes;
    private long refused;
    private long unauthorized;
    private long bytesIn;
    private long openStreams;

    public UpstashUsageSnapshot Snapshot => new(
        Interlocked.Read(ref requests),
        Interlocked.Read(ref commands),
        Interlocked.Read(ref reads),
        Interlocked.Read(ref writes),
        Interlocked.Read(ref refused),
        Interlocked.Read(ref unauthorized),
        Interlocked.Read(ref bytesIn),
        Interlocked.Read(ref openStreams));

    public void Request() => Interlocked.Increment(ref requests);

    public void Unauthorized() => Interlocked.Increment(ref unauthorized);

    public void Body(long bytes) => Interlocked.Add(ref bytesIn, bytes);

    public void StreamOpened() => Interlocked.Increment(ref openStreams);

    public void StreamClosed() => Interlocked.Decrement(ref openStreams);

    public void Count(ReadOnlySpan<GateVerdict> verdicts)
    {
        var (read, write, refusal) = (0, 0, 0);
        foreach (var verdict in verdicts)
        {
            read += verdict.Access is CommandAccess.Read or CommandAccess.Powerful ? 1 : 0;
            write += verdict.Access is CommandAccess.Write or CommandAccess.Remove ? 1 : 0;
            refusal += verdict.Answer is [(byte)'-', ..] ? 1 : 0;
        }

        Interlocked.Add(ref commands, verdicts.Length);
        Interlocked.Add(ref reads, read);
        Interlocked.Add(ref writes, write);
        Interlocked.Add(ref refused, refusal);
    }
}
