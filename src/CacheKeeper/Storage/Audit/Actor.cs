namespace CacheKeeper.Storage.Audit;

/// <summary>Who acts, and from where: a user of this machine on the command line, a token's name and address, the timetable.</summary>
internal sealed record Actor(string Who, string From);
