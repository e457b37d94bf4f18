namespace CacheKeeper.Dashboard.Access;

/// <summary>What a caller is to the keeper.</summary>
internal enum Role
{
    /// <summary>A program that uses the cache: reads directives, metrics and health.</summary>
    Application,

    /// <summary>Sees everything, changes nothing.</summary>
    Viewer,

    /// <summary>Plans, applies and takes back.</summary>
    Operator,

    /// <summary>An operator who also hands out tokens.</summary>
    Admin,
}
