using System.CommandLine;
using CacheKeeper.Cleanup;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cli;

/// <summary>The options of commands that change something.</summary>
internal sealed class ChangeOptions
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Make the plan, show it, stop" };
    private readonly Option<string[]> _tiers = new("--tier") { Description = "Only this tier: postgresql, upstash, mem0 (repeatable)", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _category = new("--category") { Description = "Only this category (exact name)" };
    private readonly Option<string> _pace = new("--pace") { Description = "polite (pauses for readers) or full", DefaultValueFactory = _ => "polite" };
    private readonly Option<string?> _allowShare = new("--allow-share") { Description = "Let the run take up to this share of a tier, such as 31%" };
    private readonly Option<long?> _maxRows = new("--max-rows") { Description = "Refuse when more entries than this would go" };

    private readonly Option<bool> _withoutProof = new("--without-proof") { Description = "Go on although there is no fresh backup (cleanup.proof)" };

    public ChangeOptions() => _pace.AcceptOnlyFromAmong("polite", "full");

    public void AddTo(Command command)
    {
        command.Add(_dryRun);
        command.Add(_tiers);
        command.Add(_category);
        command.Add(_pace);
        command.Add(_allowShare);
        command.Add(_maxRows);
        command.Add(_withoutProof);
    }

    public bool DryRun(ParseResult parsed) => parsed.GetValue(_dryRun);

    public string? Category(ParseResult parsed) => parsed.GetValue(_category);

    public bool FullPace(ParseResult parsed) => parsed.GetValue(_pace) == "full";

    public IReadOnlyList<TierName> Tiers(ParseResult parsed) =>
        [.. (parsed.GetValue(_tiers) ?? []).Select(word => TierNames.Parse(word) ?? throw KeeperException.Usage($"There is no tier '{word}'.", "Tiers are postgresql, upstash and mem0."))];

    /// <exception cref="KeeperException">A value is no share, or not in (0, 1].</exception>
    public CleanupOverrides Overrides(ParseResult parsed)
    {
        var text = parsed.GetValue(_allowShare);
        var share = text is null ? null : Share.Parse(text);
        if (text is not null && share is null or <= 0 or > 1)
        {
            throw KeeperException.Usage($"--allow-share {text} is no share.", "It looks like 31% or 0.31.");
        }

        return parsed.GetValue(_maxRows) is < 0 ? throw KeeperException.Usage("--max-rows must not be negative.") : new CleanupOverrides { AllowShare = share, MaxRows = parsed.GetValue(_maxRows), WithoutProof = parsed.GetValue(_withoutProof) };
    }
}
