using System.Text;
using CacheKeeper.Alerts.Outbound;
using CacheKeeper.Storage;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Changes genuine inbound messages in every part, and sends genuine ones again.</summary>
internal sealed class WebhookInCheck : ICheck
{
    private const int Replays = 1_000;
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Keys = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD9X4e0aNCN7o="];

    public string Name => "webhook-in";
    public string Goal => "100k changed inbound messages: none accepted; 1,000 replays: none executed";
    public (int Smoke, int Default, int Full) Tries => (5_000, 100_000, 2_000_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var chance = new Random(run.Seed);
        var policy = new InboundPolicy();
        for (var i = 0; i < run.Tries; i++)
        {
            var genuine = Signed("msg_" + i, chance);
            var changed = Change(genuine, chance);
            var verdict = StandardWebhooks.Verify(changed, Keys, policy, Now);
            run.Expect(verdict != WebhookVerdict.Genuine || Same(genuine, changed), $"accepted: {changed}");
            run.Expect(i % 100 != 0 || StandardWebhooks.Verify(genuine, Keys, policy, Now) == WebhookVerdict.Genuine, "a genuine message was refused");
        }

        await ReplayAsync(run, policy, chance, cancellationToken);
    }

    private static async Task ReplayAsync(CheckRun run, InboundPolicy policy, Random chance, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        try
        {
            await using var state = await StateStore.OpenAsync(new StateLocation(folder), cancellationToken);
            var store = new WebhookStore(state, policy);
            var replays = run.Smoke ? Replays / 20 : Replays;
            var (first, again) = (0, 0);
            for (var i = 0; i < replays; i++)
            {
                var message = Signed("replay_" + i, chance);
                first += await store.AcceptAsync("source", message, Keys, Now, cancellationToken) == WebhookVerdict.Genuine ? 1 : 0;
                again += await store.AcceptAsync("source", message, Keys, Now.AddMinutes(chance.Next(-4, 5)), cancellationToken) == WebhookVerdict.Genuine ? 1 : 0;
            }

            run.Expect(first == replays, $"{replays - first} genuine messages refused");
            run.Expect(again == 0, $"{again} replays executed");
            run.Fact($"{replays} replays, {again} executed");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static InboundWebhook Signed(string id, Random chance)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"job\":\"light-cleanup\",\"n\":{chance.Next()}}}");
        var headers = StandardWebhooks.Sign(id, Now, body, [Keys[chance.Next(Keys.Length)]]).ToDictionary(header => header.Name, header => header.Value);
        return new InboundWebhook(id, headers[StandardWebhooks.TimestampHeader], headers[StandardWebhooks.SignatureHeader], body);
    }

    private static InboundWebhook Change(InboundWebhook message, Random chance) => chance.Next(9) switch
    {
        0 => message with { Id = Flipped(message.Id!, chance) },
        1 => message with { Timestamp = Flipped(message.Timestamp!, chance) },
        2 => message with { Signature = Flipped(message.Signature!, chance) },
        3 => message with { Body = FlippedBody(message.Body, chance) },
        4 => message with { Signature = message.Signature![..chance.Next(message.Signature!.Length)] },
        5 => message with { Timestamp = (long.Parse(message.Timestamp!) + chance.Next(1, 100_000)).ToString() },
        6 => message with { Body = [.. message.Body, (byte)chance.Next(256)] },
        7 => message with { Signature = message.Signature!.Replace("v1,", chance.Next(2) == 0 ? "v1a," : "", StringComparison.Ordinal) },
        _ => chance.Next(3) switch { 0 => message with { Id = null }, 1 => message with { Timestamp = null }, _ => message with { Signature = null } },
    };

    private static string Flipped(string text, Random chance)
    {
        var at = chance.Next(text.Length);
        return text[..at] + (char)(text[at] ^ (1 << chance.Next(7))) + text[(at + 1)..];
    }

    private static byte[] FlippedBody(byte[] body, Random chance)
    {
        var changed = (byte[])body.Clone();
        changed[chance.Next(changed.Length)] ^= (byte)(1 << chance.Next(8));
        return changed;
    }

    private static bool Same(InboundWebhook left, InboundWebhook right) =>
        left.Id == right.Id && left.Timestamp == right.Timestamp && left.Signature == right.Signature && left.Body.AsSpan().SequenceEqual(right.Body);
}
