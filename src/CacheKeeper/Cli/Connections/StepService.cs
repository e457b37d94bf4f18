using System.Net.Sockets;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;
using MailKit.Security;
using Npgsql;

namespace CacheKeeper.Cli.Connections;

/// <summary>Takes the steps to one endpoint, each within its time, and keeps what came of them.</summary>
internal sealed class StepService(TimeProvider time, TimeSpan limit)
{
    private readonly List<ConnectionStep> _steps = [];

    public IReadOnlyList<ConnectionStep> Steps => _steps;

    public bool HasFailed => _steps.Any(step => step.Passed == false);

    /// <summary>The time that all steps took so far.</summary>
    public TimeSpan Taken => _steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Took);

    /// <summary>Takes a step. What it throws is kept as the step's failure and thrown on.</summary>
    /// <param name="note">What is worth telling beside a step that passed.</param>
    public async Task<T> TakeAsync<T>(string name, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken, Func<T, string?>? note = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(limit);
        var (begun, before) = (time.GetTimestamp(), _steps.Count);
        var inner = Taken;
        try
        {
            var result = await step(stop.Token);

            // Steps that were taken within this one are told by themselves.
            _steps.Add(new ConnectionStep(name, true, time.GetElapsedTime(begun) - (Taken - inner)) { Note = note?.Invoke(result) });
            return result;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (_steps.Skip(before).All(taken => taken.Passed != false))
            {
                _steps.Add(new ConnectionStep(name, false, time.GetElapsedTime(begun) - (Taken - inner)) { Fault = FaultOf(name, e), Error = Redaction.Apply(Sentence(e)) });
            }

            throw;
        }
    }

    /// <summary>Goes the whole way. A diagnosis ends with whatever it meets: it is told as the step that failed.</summary>
    /// <returns>What the way led to; null when it did not lead there.</returns>
    public async Task<T?> WalkAsync<T>(Func<Task<T>> way, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await way();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!HasFailed)
            {
                Fail(e is KeeperException ? "guard" : "connection", e);
            }

            return null;
        }
    }

    /// <summary>A step that is not taken, and why.</summary>
    public void Leave(string name, string why) => _steps.Add(new ConnectionStep(name, null, TimeSpan.Zero) { Note = why });

    // Between the steps, or before the first.
    private void Fail(string name, Exception e) => _steps.Add(new ConnectionStep(name, false, TimeSpan.Zero) { Fault = FaultOf(name, e), Error = Redaction.Apply(Sentence(e)) });

    private static ConnectionFault FaultOf(string step, Exception e) => Chain(e).Select(cause => cause switch
    {
        KeeperException => ConnectionFault.Forbidden,
        TierException { CredentialsRejected: true } or PostgresException { SqlState: "28P01" or "28000" } or MailKit.Security.AuthenticationException => ConnectionFault.Credentials,
        TierException { RateLimited: true } or PostgresException { SqlState: "53300" } => ConnectionFault.RateLimited,
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => ConnectionFault.NameUnknown,
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ConnectionFault.Refused,
        SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown } => ConnectionFault.Unreachable,

        // A server that does not speak TLS often waits for more.
        OperationCanceledException when step == ConnectionStep.Tls => ConnectionFault.Tls,
        SocketException { SocketErrorCode: SocketError.TimedOut } or OperationCanceledException or TimeoutException => ConnectionFault.NoAnswer,
        System.Security.Authentication.AuthenticationException or SslHandshakeException => ConnectionFault.Tls,
        IOException when step == ConnectionStep.Tls => ConnectionFault.Tls,
        _ => ConnectionFault.None,
    }).FirstOrDefault(fault => fault != ConnectionFault.None, ConnectionFault.Other);

    private static string Sentence(Exception e) => e switch
    {
        OperationCanceledException => "no answer in time",
        TierException tier => tier.Cause,
        PostgresException postgres => $"{postgres.SqlState}: {postgres.MessageText}",
        _ => Chain(e).Last().Message,
    };

    private static IEnumerable<Exception> Chain(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
