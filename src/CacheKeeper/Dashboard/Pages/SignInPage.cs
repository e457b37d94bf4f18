namespace CacheKeeper.Dashboard.Pages;

/// <summary>Where a token is shown for a session: the ordinary form, and the one of the set-up link.</summary>
internal static class SignInPage
{
    public static Html Of(bool setup, string? mistake, string back) => Html.Of($"""
        <h1>{(setup ? "First sign-in" : "Sign in")}</h1>
        <p class="lead">{(setup ? "The link that was printed at the first start carries a token that works once." : "Show a token. ‘cachekeeper token create NAME --role viewer’ makes one.")}</p>
        {Html.When(mistake is not null, () => Html.Of($"""<p class="notice bad" role="alert">{mistake}</p>"""))}
        <form method="post" action="{(setup ? "/setup" : "/sign-in")}" class="row">
        <label for="token">Token</label><input id="token" name="token" type="password" autocomplete="{(setup ? "off" : "current-password")}" required>
        <input type="hidden" name="return" value="{back}"><button>Sign in</button></form>
        """);
}
