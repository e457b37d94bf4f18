namespace CacheKeeper.Scheduling;

/// <summary>What a job may do to what it works on.</summary>
internal enum JobEffect
{
    /// <summary>It looks. Not audited.</summary>
    Reads,

    /// <summary>It changes something that can be changed back. Audited.</summary>
    Changes,

    /// <summary>It removes entries. Audited, and refused when the audit log cannot be written.</summary>
    Removes,
}
