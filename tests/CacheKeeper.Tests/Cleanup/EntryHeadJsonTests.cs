using System.Text;
using System.Text.Json;
using CacheKeeper.Cleanup;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Tests.Cleanup;

public sealed class EntryHeadJsonTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 28, 14, 0, 0, 123, TimeSpan.Zero);

    private static readonly EntryHead Full = new(TierName.Mem0, "i\"d é", "v 1")
    {
        Place = "(1,2)",
        QueryHash = "h",
        Category = "pay",
        Agent = "a",
        Bytes = 7,
        CreatedAt = At,
        UpdatedAt = At.AddTicks(1),
        AccessedAt = At.AddDays(1),
        AccessCount = 3,
        ExpiresAt = At.AddYears(1),
        Idle = TimeSpan.FromSeconds(90),
        AnswersUntil = At.AddHours(1),
        Pinned = true,
        IsCompressed = true,
        ReplacedBy = "merged",
    };

    [Fact]
    public void Selections_come_back_as_they_were_whatever_is_unknown_of_them()
    {
        Selection[] selections = [new(Full, RemovalReason.DraggingCategory), new(new EntryHead(TierName.Upstash, "k", ""), RemovalReason.Expired)];
        Assert.All(selections, selection => Assert.Equal(selection, SelectionJson.Read(Line(selection))));
    }

    [Fact]
    public void What_older_versions_wrote_is_read_and_what_newer_ones_may_add_is_passed_over()
    {
        var old = JsonSerializer.SerializeToUtf8Bytes(new Selection(Full, RemovalReason.LowValue), StateJson.Options);
        Assert.Equal(new Selection(Full, RemovalReason.LowValue), SelectionJson.Read(old));
        var newer = Encoding.UTF8.GetString(Line(new Selection(Full, RemovalReason.Stale))).Replace("\"bytes\"", "\"later\":{\"x\":[1]},\"bytes\"", StringComparison.Ordinal);
        Assert.Equal(new Selection(Full, RemovalReason.Stale), SelectionJson.Read(Encoding.UTF8.GetBytes(newer)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"entry":{"tier":"postgresql","id":"1"},"reason":"expired"}""")]
    [InlineData("""{"entry":{"tier":"elsewhere","id":"1","version":"2"},"reason":"expired"}""")]
    [InlineData("""{"entry":{"tier":"postgresql","id":"1","version":"2"},"reason":"whim"}""")]
    public void What_names_no_entry_or_no_reason_is_none(string line) => Assert.ThrowsAny<JsonException>(() => SelectionJson.Read(Encoding.UTF8.GetBytes(line)));

    private static byte[] Line(Selection selection)
    {
        var line = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = SelectionJson.Writer();
        json.Reset(line);
        SelectionJson.Write(json, selection);
        return line.WrittenSpan.ToArray();
    }
}
