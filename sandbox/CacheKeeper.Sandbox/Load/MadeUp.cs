using CacheKeeper.Sandbox.Traffic;

namespace CacheKeeper.Sandbox.Load;

/// <summary>Questions and traffic for who has none at hand: the same at every start. Pure.</summary>
internal static class MadeUp
{
    private const int Seed = 20261123;
    private const int Lookups = 10_000;
    private const double LookupsASecond = 10;

    private static readonly string[] Forms = ["How do I {0} {1}?", "Why can I not {0} {1}?", "Who may {0} {1}?", "How long does it take to {0} {1}?", "What do I need to {0} {1}?"];

    private static readonly string[] Deeds =
    [
        "cancel", "change", "check", "confirm", "delay", "find", "limit", "move", "open", "pause", "print", "repeat", "resume", "review", "schedule", "search", "send", "share", "stop", "verify",
    ];

    private static readonly string[] Things =
    [
        "a payment", "a refund", "a UPI transfer", "the wallet balance", "a failed transaction", "a user profile", "my password", "the login of a colleague", "an access token", "a new role",
        "an order", "a delivery", "an invoice", "a pending order", "the weekly report", "a dashboard", "a metric", "the trend chart", "a system setting", "the deploy parameters",
    ];

    /// <summary>Two thousand questions of an administrator of payments.</summary>
    public static IReadOnlyList<LoadedQuery> Questions { get; } =
        [.. from thing in Things from deed in Deeds from form in Forms select new LoadedQuery(string.Format(null, form, deed, thing), null)];

    /// <summary>Ten thousand lookups of so many questions, the n-th most popular asked about 1/n times as often as the first.</summary>
    public static IReadOnlyList<TracedRequest> Traffic(int questions)
    {
        var random = new Random(Seed);
        var byPopularity = Enumerable.Range(0, questions).ToArray();
        random.Shuffle(byPopularity);
        var upTo = new double[questions];
        for (var (rank, sum) = (0, 0.0); rank < questions; rank++)
        {
            upTo[rank] = sum += 1.0 / (rank + 1);
        }

        return [.. Enumerable.Range(0, Lookups).Select(number => new TracedRequest(number / LookupsASecond, byPopularity[Drawn(upTo, random)]))];
    }

    private static int Drawn(double[] upTo, Random random)
    {
        var found = Array.BinarySearch(upTo, random.NextDouble() * upTo[^1]);
        return Math.Min(found < 0 ? ~found : found, upTo.Length - 1);
    }
}
