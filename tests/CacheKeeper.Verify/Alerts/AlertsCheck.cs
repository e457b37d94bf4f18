using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using CacheKeeper.Alerts;
using CacheKeeper.Storage;
using Microsoft.AspNetCore.Http;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Kills the engine at random moments while its receiver fails half the time, and counts what was never or doubly told.</summary>
internal sealed class AlertsCheck : ICheck
{
    private const string Project = "verify";
    private const double MostSentAgain = 0.001;
    private const int TransitionsPerKill = 20;
    private const double RefusedShare = 0.42;
    private const double SwallowedShare = 0.08;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly ConcurrentQueue<(string Id, long At, bool Acknowledged, string State)> _received = new();
    private readonly List<long> _kills = [];

    public string Name => "alerts";
    public string Goal => "1,000 transitions, 50 kills, a receiver that fails half the time: none lost, none under a second id, at most one sent again per kill";
    public (int Smoke, int Default, int Full) Tries => (40, 1_000, 20_000);

    public async Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("cachekeeper-verify-").FullName;
        var chance = new Random(run.Seed);
        try
        {
            await using var receiver = await FlakyReceiver.StartAsync(context => AnswerAsync(context, chance));
            var kills = run.Tries / TransitionsPerKill;
            for (var kill = 0; kill < kills; kill++)
            {
                await LiveAsync(folder, receiver.Url, int.MaxValue, run.Seed + kill, () => Task.Delay(chance.Next(20, 900), cancellationToken));
            }

            await LiveAsync(folder, receiver.Url, run.Tries, run.Seed - 1, null);
            await JudgeAsync(run, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> AnswerAsync(HttpContext context, Random chance)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var message = JsonNode.Parse(body.ToArray())!;
        double dice;
        lock (chance)
        {
            dice = chance.NextDouble();
        }

        var acknowledged = dice >= RefusedShare + SwallowedShare;
        var refused = dice < RefusedShare;
        if (refused)
        {
            return StatusCodes.Status500InternalServerError;
        }

        _received.Enqueue((context.Request.Headers["webhook-id"].ToString(), Stopwatch.GetTimestamp(), acknowledged, message["state"]!.GetValue<string>()));
        if (!acknowledged)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        return StatusCodes.Status200OK;
    }

    // A real process; killed by SIGKILL when the given moment comes, or left to finish.
    private async Task LiveAsync(string folder, string url, int wanted, int seed, Func<Task>? untilKill)
    {
        string[] arguments = [typeof(AlertsCheck).Assembly.Location, AlertEngineChild.Verb, folder, url, wanted.ToString(), seed.ToString()];
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        if (await child.StandardOutput.ReadLineAsync() != "ready")
        {
            throw new InvalidOperationException("the engine did not start");
        }

        if (untilKill is not null)
        {
            await untilKill();
            child.Kill();
            await child.WaitForExitAsync();
            _kills.Add(Stopwatch.GetTimestamp());
            return;
        }

        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await child.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            child.Kill();
            throw new InvalidOperationException($"messages were still open after {Patience}");
        }
    }

    private async Task JudgeAsync(CheckRun run, string folder)
    {
        await using var state = await StateStore.OpenAsync(new StateLocation(folder), CancellationToken.None);
        var transitions = (await new AlertStore(state).TransitionsAsync(Project, DateTimeOffset.UnixEpoch, 1_000_000, CancellationToken.None)).Where(change => change.To is AlertPhase.Firing or AlertPhase.Inactive).ToList();
        var ids = _received.Select(one => one.Id).Distinct().ToLookup(id => id[..id.LastIndexOf('-')]);
        var lost = transitions.Count(change => !ids.Contains($"msg_{change.Fingerprint}-{change.Number}"));
        var doubled = ids.Count(group => group.Count() > 1);
        var last = _received.GroupBy(one => one.Id.Split('-')[0]).Count(group => group.Last().State != "resolved");
        var (outside, inside) = SentAgain();
        run.Expect(lost == 0, $"{lost} of {transitions.Count} transitions were never delivered");
        run.Expect(doubled == 0, $"{doubled} transitions came under two ids");
        run.Expect(last == 0, $"{last} alerts are not known to be resolved");
        run.Expect(outside <= MostSentAgain * transitions.Count, $"{outside} acknowledged messages were sent again without a kill");
        run.Expect(inside.Count == 0 || inside.Values.Max() <= 1, $"a kill had {(inside.Count == 0 ? 0 : inside.Values.Max())} acknowledged messages sent again");
        run.Expect(transitions.Count >= run.Tries, $"only {transitions.Count} transitions");
        run.Fact($"{transitions.Count} transitions, {_kills.Count} kills, {_received.Count} received: {lost} lost, {doubled} under two ids, {outside} sent again outside kills, {inside.Values.Sum()} within");
    }

    private (int Outside, Dictionary<int, int> ByKill) SentAgain()
    {
        var (outside, byKill) = (0, new Dictionary<int, int>());
        foreach (var message in _received.GroupBy(one => one.Id))
        {
            var tries = message.ToList();
            for (var i = 1; i < tries.Count; i++)
            {
                if (!tries[i - 1].Acknowledged)
                {
                    continue;
                }

                var kill = _kills.FindIndex(at => at >= tries[i - 1].At && at <= tries[i].At);
                outside += kill < 0 ? 1 : 0;
                if (kill >= 0)
                {
                    byKill[kill] = byKill.GetValueOrDefault(kill) + 1;
                }
            }
        }

        return (outside, byKill);
    }
}
