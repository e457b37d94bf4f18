namespace CacheKeeper.Sandbox.Mem0;

/// <summary>The four dimensions that scope a memory.</summary>
internal enum EntityType
{
    User,
    Agent,
    App,
    Run,
}

/// <summary>How the dimensions are called on the wire.</summary>
internal static class EntityTypes
{
    public static IReadOnlyList<EntityType> All { get; } = [EntityType.User, EntityType.Agent, EntityType.App, EntityType.Run];

    /// <summary><c>user_id</c> and so on.</summary>
    public static string Field(this EntityType type) => type.Word() + "_id";

    /// <summary><c>user</c> and so on.</summary>
    public static string Word(this EntityType type) => type switch
    {
        EntityType.User => "user",
        EntityType.Agent => "agent",
        EntityType.App => "app",
        _ => "run",
    };

    public static EntityType? OfWord(string word) => All.Select(type => (EntityType?)type).FirstOrDefault(type => type!.Value.Word() == word);

    public static EntityType? OfField(string field) => All.Select(type => (EntityType?)type).FirstOrDefault(type => type!.Value.Field() == field);
}
