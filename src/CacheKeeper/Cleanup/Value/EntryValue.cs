namespace CacheKeeper.Cleanup.Value;

/// <summary>What an entry is worth keeping for; only the order of values means something.</summary>
/// <param name="Value">Null when its tier knows too little of it: such an entry is never chosen for a low value.</param>
/// <param name="PerByte">Value ÷ bytes; null when the size is not known.</param>
/// <param name="ReuseChance">Chance to be asked for again within the model's horizon.</param>
/// <param name="Reason">One sentence.</param>
internal sealed record EntryValue(double? Value, double? PerByte, double? ReuseChance, string Reason);
