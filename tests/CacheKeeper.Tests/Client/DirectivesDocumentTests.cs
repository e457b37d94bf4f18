using CacheKeeper.Client;

namespace CacheKeeper.Tests.Client;

public sealed class DirectivesDocumentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 14, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddMinutes(5);

    private static readonly DirectivesDocument Document = new(
        "upi_admin_gateway", 17, Now,
        [new(CacheTiers.Mem0, Later, "Mem0 does not answer.", "recovery")],
        [
            new(CacheTiers.Upstash, null, null, 2, null, Later, "Mem0 is left out.", "recovery"),
            new(null, "payments", null, null, 7200, Now.AddDays(1), "Answers stay right for two hours.", "optimizer"),
            new(null, "payments", "auditor", null, 600, Now.AddDays(1), "The auditor wants them fresh.", "optimizer"),
        ]);

    [Fact]
    public void The_document_is_written_as_the_page_about_it_says() => Golden.Matches(Document.ToJson(), "directives");

    [Fact]
    public void What_was_written_is_read_back()
    {
        var read = DirectivesDocument.FromJson(Document.ToJson())!;
        Assert.Equal(Document.LeaveOut, read.LeaveOut);
        Assert.Equal(Document.Ttl, read.Ttl);
        Assert.Equal((Document.Project, Document.Version, Document.WrittenAt), (read.Project, read.Version, read.WrittenAt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"project\":5}")]
    [InlineData("not json")]
    public void What_is_no_document_is_null(string text) => Assert.Null(DirectivesDocument.FromJson(text));

    [Fact]
    public void Missing_lists_and_unknown_fields_are_passed_over()
    {
        var read = DirectivesDocument.FromJson("""{"project":"p","version":1,"written_at":"2026-11-23T14:00:00Z","leave_out":[null],"colour":"red"}""")!;
        Assert.Empty(read.LeaveOut);
        Assert.Empty(read.Ttl);
    }

    [Fact]
    public void A_part_counts_until_its_end_and_not_at_it()
    {
        Assert.Equal("Mem0 does not answer.", Document.LeftOut(CacheTiers.Mem0, Later.AddTicks(-1))?.Reason);
        Assert.Null(Document.LeftOut(CacheTiers.Mem0, Later));
        Assert.Null(Document.LeftOut(CacheTiers.Upstash, Now));
        Assert.Equal((0, 2), (Document.At(Later).LeaveOut.Count, Document.At(Later).Ttl.Count));
    }

    [Theory]
    [InlineData("postgresql", "orders", "order_tracker", 3600)]
    [InlineData("upstash", "orders", "order_tracker", 7200)]
    [InlineData("postgresql", "payments", "payment_processor", 7200)]
    [InlineData("upstash", "payments", "payment_processor", 14400)]
    [InlineData("postgresql", "payments", "auditor", 600)]
    public void Seconds_of_the_most_particular_part_are_multiplied_by_all_factors(string tier, string category, string agent, int seconds) =>
        Assert.Equal(seconds, Document.TtlFor(tier, category, agent, TimeSpan.FromHours(1), Now).TotalSeconds);

    [Fact]
    public void The_ordinary_lifetime_returns_when_the_part_ends() =>
        Assert.Equal(TimeSpan.FromHours(1), Document.TtlFor(CacheTiers.Upstash, "orders", "order_tracker", TimeSpan.FromHours(1), Later));

    [Theory]
    [InlineData(1e300, 30 * 86400)]
    [InlineData(1e-300, 1)]
    [InlineData(0, 3600)]
    [InlineData(-2, 3600)]
    public void No_factor_makes_a_lifetime_absurd(double factor, double seconds)
    {
        var document = Document with { Ttl = [new(null, null, null, factor, null, Later, "test")] };
        Assert.Equal(seconds, document.TtlFor(CacheTiers.Upstash, "orders", "order_tracker", TimeSpan.FromHours(1), Now).TotalSeconds);
    }
}
