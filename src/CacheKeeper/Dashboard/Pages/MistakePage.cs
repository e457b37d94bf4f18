namespace CacheKeeper.Dashboard.Pages;

/// <summary>What a person sees where a program is answered with a problem document.</summary>
internal static class MistakePage
{
    public static Html Of(string title, string detail) => Html.Of($"""
        <h1>{title}</h1>
        <p class="lead">{detail}</p>
        <p><a href="/">To the overview</a></p>
        """);
}
