namespace CacheKeeper.Cleanup;

/// <summary>A receipt as the state remembers it.</summary>
internal sealed class ReceiptRow
{
    public string Run { get; set; } = "";
    public long UndoUntil { get; set; }
    public long Frames { get; set; }
    public string Head { get; set; } = "";
    public string? UndoneBy { get; set; }
}
