namespace CacheKeeper.Cli.Connections;

/// <summary>Why a step of a connection failed, as far as it shows.</summary>
internal enum ConnectionFault
{
    None,
    NameUnknown,
    Refused,
    Unreachable,
    NoAnswer,
    Tls,
    Credentials,
    RateLimited,
    Forbidden,
    Other,
}

/// <summary>One step on the way to an endpoint: its time, and what went wrong.</summary>
/// <param name="Passed">Null: not tried; the note tells why.</param>
internal sealed record ConnectionStep(string Name, bool? Passed, TimeSpan Took)
{
    public const string Resolve = "resolve";
    public const string Tcp = "tcp";
    public const string Tls = "tls";
    public const string Auth = "auth";
    public const string Query = "query";

    public ConnectionFault Fault { get; init; }
    public string? Error { get; init; }
    public string? Note { get; init; }
}

/// <summary>An endpoint that the settings name.</summary>
/// <param name="Name">A tier's name, or a channel's.</param>
/// <param name="Setting">Where it stands in the settings.</param>
internal sealed record ConnectionTarget(string Name, string Title, string Host, int Port, string Setting)
{
    public string Address => Host.Length == 0 ? "" : $"{Host}:{Port}";
}

/// <summary>What came of the way to one endpoint: each step apart, what the server is, what bounds it.</summary>
internal sealed record ConnectionReport(ConnectionTarget Target, IReadOnlyList<ConnectionStep> Steps)
{
    /// <summary>The server's own name and version, when it tells.</summary>
    public string? Server { get; init; }

    /// <summary>What the server allows, and how much of it is used, by name.</summary>
    public IReadOnlyDictionary<string, string> Limits { get; init; } = new Dictionary<string, string>();

    public ConnectionStep? Failed => Steps.FirstOrDefault(step => step.Passed == false);

    public bool Passed => Failed is null;
}
