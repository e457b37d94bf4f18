using CacheKeeper.Dashboard.Access.OpenId;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>Where a token is shown for a session, or the way to an identity provider begins: the ordinary form, and the one of the set-up link.</summary>
internal static class SignInPage
{
    public static Html Of(bool setup, string? mistake, string back, OpenIdSettings provider) => Html.Of($"""
        <h1>{(setup ? "First sign-in" : "Sign in")}</h1>
        <p class="lead">{(setup ? "The link that was printed at the first start carries a token that works once." : "Show a token. ‘cachekeeper token create NAME --role viewer’ makes one.")}</p>
        {Html.When(mistake is not null, () => Html.Of($"""<p class="notice bad" role="alert">{mistake}</p>"""))}
        {Html.When(!setup && provider.Authority is not null, () => Html.Of($"""<p><a class="button" href="/sign-in/provider?return={Uri.EscapeDataString(back)}">Sign in through {provider.Title}</a></p>"""))}
        <form method="post" action="{(setup ? "/setup" : "/sign-in")}" class="row">
        <label for="token">Token</label><input id="token" name="token" type="password" autocomplete="{(setup ? "off" : "current-password")}" required>
        <input type="hidden" name="return" value="{back}"><button>Sign in</button></form>
        """);

    /// <summary>Between the provider and the page: it goes on by itself, or by the link.</summary>
    public static Html Through(string name, string back) => Html.Of($"""
        <h1>Signed in</h1>
        <p class="lead">Hello {name}.</p>
        <p><a href="{back}">Go on</a></p>
        """);
}
