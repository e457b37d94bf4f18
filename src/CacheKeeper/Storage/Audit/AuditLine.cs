namespace CacheKeeper.Storage.Audit;

/// <summary>What is to be written into the audit log.</summary>
/// <param name="Action">What was done, such as <c>light-cleanup</c>, <c>sign-in</c>, <c>token-create</c>.</param>
/// <param name="Object">What it was done to: a run, a plan, a token, a project.</param>
/// <param name="Result"><c>begun</c>, or what came of it in one word.</param>
internal sealed record AuditEntry(DateTimeOffset At, Actor Actor, string Action, string Object, string Result)
{
    /// <summary>Null for what concerns no single project.</summary>
    public string? Project { get; init; }

    /// <summary>How many entries there were before; null when that is not known or does not apply.</summary>
    public long? Before { get; init; }
    public long? After { get; init; }

    /// <summary>The reason in a sentence, without anything that identifies a person or a payment.</summary>
    public string Detail { get; init; } = "";
}

/// <summary>A line of the log: the entry, its number, the hash of the line before and its own.</summary>
internal sealed record AuditLine(long Seq, AuditEntry Entry, string Previous, string Hash);

/// <summary>Where the chain ends, and where it begins since older lines were cut off.</summary>
internal sealed record AuditHead(long Seq, string Hash, long FirstSeq, string FirstPrevious);

/// <summary>The end of the chain as this machine saw it, kept outside the database.</summary>
internal readonly record struct AuditAnchor(long Seq, string Hash);
