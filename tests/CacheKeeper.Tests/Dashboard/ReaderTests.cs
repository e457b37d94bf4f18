using System.Net;
using CacheKeeper.Dashboard.Access;
using CacheKeeper.Dashboard.Pages;

namespace CacheKeeper.Tests.Dashboard;

/// <summary>Readers are shown pages, programs problem documents.</summary>
public sealed class ReaderTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/health")]
    [InlineData("/metrics")]
    [InlineData("/api/commands/scheduler/status")]
    public async Task A_program_without_a_token_is_told_so_and_sent_nowhere(string path)
    {
        await using var rig = await DashboardRig.StartAsync();
        var answer = await rig.Anonymous().GetAsync(path, Stop);
        Assert.Equal(path == "/metrics" ? HttpStatusCode.NotFound : HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Null(answer.Headers.Location);
    }

    [Fact]
    public async Task A_reader_is_shown_a_page_for_what_is_not_there_and_for_what_is_wrong()
    {
        await using var rig = await DashboardRig.StartAsync();
        using var client = await rig.WithTokenAsync(Role.Viewer);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        foreach (var (path, status) in new[] { ("/nothing-here", HttpStatusCode.NotFound), ("/entries?tier=%3Cscript%3E", HttpStatusCode.BadRequest), ("/audit", HttpStatusCode.Forbidden) })
        {
            var answer = await client.GetAsync(path, Stop);
            var page = await answer.Content.ReadAsStringAsync(Stop);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
            Assert.Contains("<h1>", page);
            Assert.DoesNotContain("<script>", page);
        }
    }

    [Fact]
    public void A_mark_that_turns_the_direction_of_text_does_not_reach_the_page() => Assert.Equal("<p>\uFFFDabc</p>", Html.Of($"<p>{"\u202Eabc"}</p>").Markup);

    [Fact]
    public async Task The_keeper_makes_no_keys_for_cookies()
    {
        await using var rig = await DashboardRig.StartAsync();
        Assert.Null(rig.App.Services.GetService(Type.GetType("Microsoft.AspNetCore.DataProtection.IDataProtectionProvider, Microsoft.AspNetCore.DataProtection.Abstractions", throwOnError: true)!));
    }
}
