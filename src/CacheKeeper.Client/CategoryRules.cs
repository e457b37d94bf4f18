namespace CacheKeeper.Client;

/// <summary>One category: the words that select it and the agent that answers it.</summary>
/// <param name="Category">The category's name, the leading part of one of the Redis keys.</param>
/// <param name="Agent">The agent's name, the leading part of another Redis key.</param>
/// <param name="Words">Looked for anywhere in the question, upper and lower case alike: <c>pay</c> is also found in <c>payload</c>.</param>
/// <param name="Priority">Written into the metadata of memories.</param>
/// <param name="TtlFactor">What the gateway's documents give the agent; advice for whoever sets TTLs, not applied by the client.</param>
/// <param name="Ttl">How long entries of this category live in Redis and PostgreSQL; null leaves the defaults of <see cref="CacheKeys"/>.</param>
public sealed record CategoryRule(
    string Category, string Agent, IReadOnlyList<string> Words, string? Priority = null, double? TtlFactor = null, TimeSpan? Ttl = null);

/// <summary>Finds a question's category and agent: the first rule with a word in the question, else the general one.</summary>
public sealed class CategoryRules
{
    /// <summary>What a question belongs to when no rule knows it.</summary>
    public static readonly CategoryRule General = new("general", "general_assistant", []);

    private readonly CategoryRule[] rules;

    /// <summary>Takes the rules in the order in which they are tried.</summary>
    public CategoryRules(IEnumerable<CategoryRule> rules) => this.rules = [.. rules];

    /// <summary>The gateway's own five categories.</summary>
    public static CategoryRules Default { get; } = new(
    [
        new("payments", "payment_processor",
            ["payment", "upi", "transaction", "pay", "amount", "refund", "transfer", "wallet", "paytm", "phonepe", "gpay", "bhim", "mobikwik", "freecharge"],
            "high", 2.0),
        new("users", "user_manager", ["user", "auth", "login", "register", "profile", "password", "token", "role", "access"], "medium", 1.0),
        new("orders", "order_tracker", ["order", "status", "utr", "track", "delivery", "invoice", "pending", "completed"], "medium", 1.5),
        new("analytics", "analytics_engine", ["analytics", "dashboard", "report", "stats", "metric", "chart", "trend"], "low", 4.0),
        new("configuration", "config_manager", ["config", "setting", "env", "deploy", "parameter", "system", "admin"]),
    ]);

    /// <summary>The rules in the order in which they are tried, the general one last.</summary>
    public IEnumerable<CategoryRule> All => rules.Append(General);

    /// <summary>These rules after others that are tried first, which is how custom categories are added.</summary>
    public CategoryRules After(IEnumerable<CategoryRule> first) => new([.. first, .. rules]);

    /// <summary>The first rule that has a word in the question.</summary>
    public CategoryRule Match(string query) =>
        rules.FirstOrDefault(rule => rule.Words.Any(word => query.Contains(word, StringComparison.OrdinalIgnoreCase))) ?? General;

    /// <summary>The rule of a category by its name; a category without a rule has the general agent.</summary>
    public CategoryRule OfCategory(string category) =>
        All.FirstOrDefault(rule => rule.Category == category) ?? General with { Category = category };

    /// <summary>Whether an agent of that name answers one of the categories.</summary>
    public bool IsAgent(string name) => All.Any(rule => rule.Agent == name);

    /// <summary>Whether a category of that name has a rule.</summary>
    public bool IsCategory(string name) => All.Any(rule => rule.Category == name);
}
