using System.Text;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;

namespace CacheKeeper.Tests.Alerts;

public sealed class StandardWebhooksTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OtherKey = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD9X4e0aNCN7o=";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\"test\": 2432232314}");

    // The example that the reference libraries test with.
    [Fact]
    public void The_published_example_gives_the_published_signature()
    {
        var headers = StandardWebhooks.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", Now, Body, [Key]).ToDictionary(header => header.Name, header => header.Value);
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", headers["webhook-signature"]);
        Assert.Equal("1614265330", headers["webhook-timestamp"]);
    }

    [Fact]
    public void Either_key_verifies_while_keys_change()
    {
        var message = Signed([OtherKey, Key]);
        Assert.Equal(WebhookVerdict.Genuine, Verdict(message, [Key]));
        Assert.Equal(WebhookVerdict.Genuine, Verdict(message, [OtherKey]));
        Assert.Equal(WebhookVerdict.Genuine, Verdict(Signed([Key]), [OtherKey, Key]));
        Assert.Equal(WebhookVerdict.WrongSignature, Verdict(Signed([Key]), [OtherKey]));
        Assert.Equal(WebhookVerdict.WrongSignature, Verdict(Signed([Key]), []));
    }

    [Theory]
    [InlineData(301, WebhookVerdict.TooOldOrEarly)]
    [InlineData(-301, WebhookVerdict.TooOldOrEarly)]
    [InlineData(300, WebhookVerdict.Genuine)]
    [InlineData(-300, WebhookVerdict.Genuine)]
    internal void Five_minutes_of_difference_are_the_most(int seconds, WebhookVerdict expected) =>
        Assert.Equal(expected, StandardWebhooks.Verify(Signed([Key]), [Key], new InboundPolicy(), Now.AddSeconds(seconds)));

    [Fact]
    public void What_is_missing_or_too_large_is_refused()
    {
        var message = Signed([Key]);
        Assert.Equal(WebhookVerdict.Malformed, Verdict(message with { Id = null }, [Key]));
        Assert.Equal(WebhookVerdict.Malformed, Verdict(message with { Timestamp = " 1614265330" }, [Key]));
        Assert.Equal(WebhookVerdict.Malformed, Verdict(message with { Signature = null }, [Key]));
        Assert.Equal(WebhookVerdict.TooLarge, Verdict(message with { Body = new byte[(64 * 1024) + 1] }, [Key]));
    }

    [Fact]
    public async Task An_id_is_taken_once()
    {
        using var folder = new TemporaryFolder();
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), CancellationToken.None);
        var store = new WebhookStore(state, new InboundPolicy());
        Assert.Equal(WebhookVerdict.Genuine, await store.AcceptAsync("a", Signed([Key]), [Key], Now, CancellationToken.None));
        Assert.Equal(WebhookVerdict.Replayed, await store.AcceptAsync("a", Signed([Key]), [Key], Now, CancellationToken.None));
        Assert.Equal(0, await store.ForgetAsync(Now.AddHours(24), CancellationToken.None));
        Assert.Equal(1, await store.ForgetAsync(Now.AddHours(25), CancellationToken.None));
    }

    private static WebhookVerdict Verdict(InboundWebhook message, IReadOnlyList<string> keys) => StandardWebhooks.Verify(message, keys, new InboundPolicy(), Now);

    private static InboundWebhook Signed(IReadOnlyList<string> keys)
    {
        var headers = StandardWebhooks.Sign("msg_1", Now, Body, keys).ToDictionary(header => header.Name, header => header.Value);
        return new InboundWebhook("msg_1", headers["webhook-timestamp"], headers["webhook-signature"], Body);
    }
}
