namespace CacheKeeper.Backup;

/// <summary>How fast a copy goes, in words and shares.</summary>
/// <param name="Expected">Entries that are expected; null when nobody knows.</param>
internal sealed record BackupPace(string Tier, long Entries, long Bytes, long? Expected, TimeSpan Took)
{
    /// <summary>The share done, as far as it can be told.</summary>
    public double Share => Expected is > 0 and var all ? Math.Min(1, (double)Entries / all) : 0.5;

    public string Text
    {
        get
        {
            var rate = Took.TotalSeconds > 0.5 ? $", {Bytes / 1e6 / Took.TotalSeconds:0} MB/s" : "";
            var left = Expected is > 0 && Share is > 0.02 and < 1 && Took.TotalSeconds > 1 ? $", about {Took.TotalSeconds * ((1 / Share) - 1):0} s left" : "";
            return $"{Tier}: {Entries:N0}{(Expected is > 0 ? $" of {Expected:N0}" : "")}{rate}{left}";
        }
    }

    /// <summary>How long to wait so that no more than so many bytes a second are read.</summary>
    public TimeSpan Wait(long? mostBytesPerSecond)
    {
        var due = mostBytesPerSecond is > 0 and var most ? TimeSpan.FromSeconds((double)Bytes / most) - Took : TimeSpan.Zero;
        return due > TimeSpan.Zero ? due : TimeSpan.Zero;
    }
}
