using System.Collections.Concurrent;
using CacheKeeper.Tiers;
using Microsoft.Extensions.Logging;

namespace CacheKeeper.Verify.Recovery;

/// <summary>Keeps exceptions that were logged as errors and are no failure of a tier: nobody had reckoned with them.</summary>
internal sealed class ErrorLogs : ILoggerFactory, ILogger
{
    public ConcurrentQueue<string> Unexpected { get; } = [];

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null and not TierException)
        {
            Unexpected.Enqueue($"{formatter(state, exception)}: {exception.GetType().Name}: {exception.Message} {exception.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}");
        }
    }

    public void Dispose()
    {
    }
}
