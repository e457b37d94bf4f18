using CacheKeeper.Alerts;

namespace CacheKeeper.Dashboard.Pages;

/// <summary>What the link in a message opens.</summary>
internal static class AcknowledgePage
{
    public static Html NotGood => Html.Of($"""
        <h1>This link does not open anything</h1>
        <p class="lead">It has ended, or it is not whole. Sign in and use the page Alerts, or ‘cachekeeper health ack’.</p>
        """);

    public static Html Over => Html.Of($"""
        <h1>This is over</h1>
        <p class="lead">The alert no longer fires, or has fired anew since this message: a newer message has a newer link.</p>
        """);

    public static Html Ask(SignedLink signed, AlertState state) => Html.Of($"""
        <h1>Do you see to {state.Title}?</h1>
        <p class="lead">Nobody is reminded for 8 hours, then again if it still fires. Everybody hears when it is resolved.</p>
        <form method="post" action="/ack" class="row">
        <label for="author">Your name</label><input id="author" name="author" maxlength="100" autocomplete="name" required>
        <label for="note">What is being done</label><input id="note" name="note" maxlength="200" autocomplete="off" required>
        <input type="hidden" name="project" value="{signed.Link.Project}"><input type="hidden" name="alert" value="{signed.Link.Fingerprint}">
        <input type="hidden" name="firing" value="{signed.Link.Transition}"><input type="hidden" name="until" value="{signed.Link.Until}"><input type="hidden" name="signature" value="{signed.Signature}">
        <button>I see to it</button></form>
        """);

    public static Html Noted(AlertState state, DateTimeOffset until) => Html.Of($"""
        <h1>Noted: {state.Title}</h1>
        <p class="lead">Nobody is reminded until {Text.Clock(until)}. You can close this page.</p>
        """);
}
