using System.Diagnostics;

namespace CacheKeeper.Client.Tiers;

/// <summary>A tier behind its gate: asked within its time, counted, and left alone when directives or its own failures say so.</summary>
internal sealed class GuardedTier(ICacheTier tier, TierGate gate, TimeSpan saveTimeout, CacheCounters counters) : IAsyncDisposable
{
    /// <summary>Never throws for the tier's faults; cancellation by the caller passes through.</summary>
    public async Task<(TierAttempt Attempt, string? Response)> LookupAsync(CacheQuestion question, DirectivesView directives, CancellationToken cancellationToken)
    {
        string? response = null;
        var attempt = await TryAsync(
            async limit => (response = await tier.LookupAsync(question, directives, limit)) is not null,
            tier.Timeout, directives, cancellationToken);
        var (kind, elapsed) = attempt.Outcome switch
        {
            TierOutcome.Done => (CacheStatKinds.Hit, attempt.Elapsed),
            TierOutcome.Missed => (CacheStatKinds.Miss, attempt.Elapsed),
            TierOutcome.Failed or TierOutcome.TimedOut => (CacheStatKinds.Error, attempt.Elapsed),
            _ => (CacheStatKinds.Skip, (TimeSpan?)null),
        };
        counters.Lookup(tier.Name, question.Category, kind, elapsed);
        if (attempt.Outcome == TierOutcome.TimedOut)
        {
            counters.Add(CacheStatKinds.Timeout, tier.Name, question.Category, 1);
        }

        return (attempt, attempt.Outcome == TierOutcome.Done ? response : null);
    }

    public async Task<TierAttempt> SaveAsync(CacheQuestion question, CacheAnswer answer, DirectivesView directives, CancellationToken cancellationToken)
    {
        var attempt = await TryAsync(
            async limit =>
            {
                await tier.SaveAsync(question, answer, directives, limit);
                return true;
            },
            saveTimeout, directives, cancellationToken);
        if (attempt.Outcome is TierOutcome.Done or TierOutcome.Failed or TierOutcome.TimedOut)
        {
            counters.Add(attempt.Outcome == TierOutcome.Done ? CacheStatKinds.Save : CacheStatKinds.SaveError, tier.Name, question.Category, 1);
        }

        return attempt;
    }

    public ValueTask DisposeAsync() => tier.DisposeAsync();

    private async Task<TierAttempt> TryAsync(
        Func<CancellationToken, Task<bool>> call, TimeSpan timeout, DirectivesView directives, CancellationToken cancellationToken)
    {
        if (directives.LeftOut(tier.Name) is { } directive)
        {
            return new TierAttempt(tier.Name, TierOutcome.LeftOut, TimeSpan.Zero, directive.Reason);
        }

        if (gate.TryEnter() is not { } pass)
        {
            return new TierAttempt(tier.Name, TierOutcome.Resting, TimeSpan.Zero, "rests after failures in a row");
        }

        var started = Stopwatch.GetTimestamp();
        var (outcome, error) = await AskAsync(call, pass, timeout, cancellationToken);
        return new TierAttempt(tier.Name, outcome, Stopwatch.GetElapsedTime(started), error);
    }

    private async Task<(TierOutcome Outcome, string? Error)> AskAsync(Func<CancellationToken, Task<bool>> call, int pass, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            // WaitAsync: a driver that is slow to notice the cancellation must not hold the lookup.
            var had = await call(limit.Token).WaitAsync(limit.Token);
            gate.Succeeded();
            return (had ? TierOutcome.Done : TierOutcome.Missed, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            gate.Failed(pass);
            return limit.IsCancellationRequested
                ? (TierOutcome.TimedOut, $"no answer within {timeout.TotalMilliseconds:0} ms")
                : (TierOutcome.Failed, error.Message);
        }
    }
}
