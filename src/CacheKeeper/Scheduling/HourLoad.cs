namespace CacheKeeper.Scheduling;

/// <summary>What one hour of the week usually carries.</summary>
/// <param name="Day">Day of the week, in the zone of the schedule.</param>
/// <param name="Hour">0–23, in the same zone.</param>
/// <param name="Load">Usual load (requests, say, but any unit serves); null for an hour never seen, which is not the same as quiet.</param>
/// <param name="Samples">How many such hours were seen.</param>
/// <param name="Spread">Usual distance from <paramref name="Load"/>, in its unit; 0 with one sample.</param>
internal sealed record HourLoad(DayOfWeek Day, int Hour, double? Load, int Samples, double Spread);
