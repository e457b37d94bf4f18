using CacheKeeper.Storage;

namespace CacheKeeper.Verify.Alerts;

/// <summary>Plants personal and payment numbers and looks for them behind the redaction; and looks for marks in texts without any.</summary>
internal sealed class RedactionCheck : ICheck
{
    private const double LeastRecall = 0.995;
    private const double MostFalse = 0.01;

    public string Name => "redaction";
    public string Goal => "20,000 texts with a VPA, UTR, RRN, mobile, mail, PAN, Aadhaar or card number: 99.5 % marked; 20,000 without: at most 1 % marked";
    public (int Smoke, int Default, int Full) Tries => (2_000, 20_000, 500_000);

    public Task RunAsync(CheckRun run, CancellationToken cancellationToken)
    {
        var texts = new PersonalTexts(new Random(run.Seed));
        var missed = new Dictionary<string, (int Planted, int Missed, string Example)>();
        for (var i = 0; i < run.Tries; i++)
        {
            var (kind, text, planted) = texts.WithPersonal();
            var left = Redaction.Apply(text).Contains(planted, StringComparison.OrdinalIgnoreCase);
            var (all, bad, example) = missed.GetValueOrDefault(kind, (0, 0, ""));
            missed[kind] = (all + 1, bad + (left ? 1 : 0), left ? text : example);
        }

        var (marked, falseExample) = (0, "");
        for (var i = 0; i < run.Tries; i++)
        {
            var clean = texts.Clean();
            if (Redaction.Apply(clean) is var redacted && redacted != clean)
            {
                marked++;
                falseExample = $"{clean} → {redacted}";
            }
        }

        var recall = 1 - ((double)missed.Values.Sum(kind => kind.Missed) / run.Tries);
        var wrong = (double)marked / run.Tries;
        run.Fact($"recall {recall:P2} (at least {LeastRecall:P1}), false marks {wrong:P2} (at most {MostFalse:P0})");
        run.Fact(string.Join(", ", missed.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {1 - ((double)pair.Value.Missed / pair.Value.Planted):P2}")));
        run.Expect(recall >= LeastRecall, "missed, for example: " + string.Join(" | ", missed.Values.Where(kind => kind.Missed > 0).Select(kind => kind.Example)));
        run.Expect(wrong <= MostFalse, "marked without need: " + falseExample);
        if (marked > 0)
        {
            run.Fact("marked without need, for example: " + falseExample);
        }

        return Task.CompletedTask;
    }
}
