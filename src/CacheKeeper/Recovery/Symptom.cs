namespace CacheKeeper.Recovery;

/// <summary>Whether an issue shows at this look, and in what words. <paramref name="Shows"/> is null when it cannot be told.</summary>
internal sealed record Symptom(IssueKey Key, bool? Shows, string Sentence)
{
    /// <summary>The server asked to be left alone for so long.</summary>
    public TimeSpan? LeaveAlone { get; init; }
}
