using Microsoft.Extensions.Logging;

namespace CacheKeeper.Verify.Security;

/// <summary>Keeps the newest failure that a server logged, so that an answer of 500 comes with its cause.</summary>
internal sealed class FailureLog : ILoggerProvider, ILogger
{
    /// <summary>The newest failure in a line.</summary>
    public string Last { get; private set; } = "nothing was logged";

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Last = $"{formatter(state, exception)} {exception}".ReplaceLineEndings(" ");
        }
    }

    public void Dispose()
    {
    }
}
