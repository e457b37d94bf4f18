using CacheKeeper.Dashboard.Live;
using CacheKeeper.Tiers;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What each tier holds, by category too.</summary>
internal static class TiersPage
{
    private const int MostCategories = 12;
    private const string NotTold = "not told";

    public static Html Of(LiveView view) => Html.Of($"""
        <h1>Tiers</h1>
        {Html.When(view.Tiers.Count == 0, () => Html.Of($"<p>No tier is configured. Set DATABASE_URL, UPSTASH_REDIS_REST_URL or MEM0_API_KEY.</p>"))}
        <div class="cards">{Html.Each(view.Tiers, tier => Card(tier, view))}</div>
        """);

    private static Html Card(TierSnapshot tier, LiveView view) => Html.Of($"""
        <section class="card" aria-labelledby="tier-{tier.Tier.Word()}"><h2 id="tier-{tier.Tier.Word()}">{tier.Tier.Title()} {Text.State(view.Health.Systems.GetValueOrDefault(tier.Tier.Word(), "unknown"))}</h2>
        {(tier.Error is { } error ? Html.Of($"<p>It could not be looked at: {error}</p>") : Figures(tier))}
        <p class="fine">Seen {Text.Ago(tier.TakenAt, view.At)}{(tier.Estimated ? ", partly estimated" : "")}.</p></section>
        """);

    /// <summary>How full it is, where a limit is known.</summary>
    public static Html Fullness(TierSnapshot tier) => (tier.StoreBytes ?? tier.Bytes, tier.LimitBytes) is ({ } held, > 0 and var limit)
        ? Html.Of($"""<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="{Math.Min(100, 100.0 * held / limit):0} % of its limit"><rect width="{Math.Min(100, 100.0 * held / limit):0.#}" height="4"></rect></svg>""")
        : Html.None;

    private static Html Figures(TierSnapshot tier) => Html.Of($"""
        {Fullness(tier)}
        <dl><dt>Live entries</dt><dd>{Text.Count(tier.Live, NotTold)}</dd>
        <dt>Expired</dt><dd>{Text.Count(tier.Expired, NotTold)}</dd>
        <dt>Without expiry</dt><dd>{Text.Count(tier.WithoutExpiry, NotTold)}</dd>
        <dt>Not this project's</dt><dd>{Text.Count(tier.Foreign, NotTold)}</dd>
        <dt>Size of the entries</dt><dd>{Text.Size(tier.Bytes, NotTold)}</dd>
        <dt>Size of the store</dt><dd>{Text.Size(tier.StoreBytes, NotTold)}</dd>
        <dt>Limit</dt><dd>{Text.Size(tier.LimitBytes, "none is known")}</dd></dl>
        {Html.When(tier.Categories.Count > 0, () => Categories(tier))}
        """);

    private static Html Categories(TierSnapshot tier)
    {
        var most = Math.Max(1, tier.Categories.Max(category => category.Live + category.Expired));
        return Html.Of($"""
            <details open><summary>Categories ({tier.Categories.Count:N0})</summary><ul class="bars">{Html.Each(tier.Categories.OrderByDescending(category => category.Live + category.Expired).Take(MostCategories), category => Html.Of($"""
                <li><span>{category.Category}</span> <span class="number">{category.Live + category.Expired:N0}</span><svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="{100.0 * (category.Live + category.Expired) / most:0.#}" height="4"></rect></svg></li>
                """))}</ul></details>
            """);
    }
}
