namespace CacheKeeper.Sandbox.Upstash;

/// <summary>What a command does to the data, which decides who may send it and whether a full database takes it.</summary>
internal enum CommandAccess
{
    /// <summary>Neither reads nor writes keys: PING, ECHO, TIME.</summary>
    None,

    /// <summary>Reads; the read-only token may.</summary>
    Read,

    /// <summary>Reads too much or tells about the server: refused to the read-only token.</summary>
    Powerful,

    /// <summary>Takes away or shortens; a full database still takes it.</summary>
    Remove,

    Write,
}

/// <summary>A command Upstash offers over REST, and where its keys stand.</summary>
/// <param name="Name">Upper case.</param>
/// <param name="Access">What it does to the data.</param>
/// <param name="FirstKey">Index of the first key, 0 for none.</param>
/// <param name="LastKey">Index of the last key; negative counts from the end.</param>
/// <param name="Step">Distance between keys.</param>
internal sealed record CommandRule(string Name, CommandAccess Access, int FirstKey, int LastKey, int Step);
