using System.Text;
using CacheKeeper.Optimization.Advice;
using CacheKeeper.Optimization.Changes;

namespace CacheKeeper.Cli;

/// <summary>Advice, changes and curves as people read them on a terminal.</summary>
internal static class OptimizerText
{
    private const int PictureHeight = 12;

    public static string Of(IReadOnlyList<Recommendation> advice, AdviceInputs inputs, TrackRecord record)
    {
        var text = new StringBuilder();
        foreach (var remark in inputs.Unseen.Append(TtlRule.TooShort(inputs) ?? "").Where(remark => remark.Length > 0))
        {
            text.AppendLine(remark);
        }

        text.AppendLine(advice.Count == 0 ? "Nothing to recommend." : $"{advice.Count} recommendation{(advice.Count == 1 ? "" : "s")}, the most gainful first. Nothing was changed.");
        foreach (var (one, number) in advice.Select((one, at) => (one, at + 1)))
        {
            text.AppendLine().AppendLine($"{number}. {one.What}  [{one.Id}]").AppendLine($"   why       {one.Why}");
            foreach (var evidence in one.Evidence)
            {
                text.AppendLine($"   seen      {evidence}");
            }

            if (Expected(one.Expected) is { Length: > 0 } expected)
            {
                text.AppendLine($"   expected  {expected}");
            }

            text.AppendLine($"   risk      {one.Risk}").AppendLine($"   do        {one.Command}");
        }

        return text.AppendLine().Append(record.Sentence).ToString();
    }

    /// <summary>An effect in one line; what is not known is left out.</summary>
    public static string Expected(Effect effect) => string.Join(", ", new[]
    {
        effect.HitRatio is { } hits ? $"hit ratio {AdviceText.Points(hits)}" : "",
        effect.Milliseconds is { } ms ? $"{AdviceText.Signed(ms.Value, "0")} ms to an answer ({AdviceText.Number(ms.Lower90, "0")} to {AdviceText.Number(ms.Upper90, "0")})" : "",
        effect.Bytes is { } bytes ? $"{(bytes.Value >= 0 ? "+" : "−")}{AdviceText.Bytes(Math.Abs(bytes.Value))}" : "",
        effect.MoneyPerMonth is { } money ? $"{AdviceText.Signed(money.Value, "0.00")} USD a month ({AdviceText.Number(money.Lower90, "0.00")} to {AdviceText.Number(money.Upper90, "0.00")})" : "",
        effect.StaleShare is { } stale ? $"{AdviceText.Signed(stale * 100, "0.00")} points of stale answers" : "",
    }.Where(part => part.Length > 0));

    /// <summary>The record and its changes, the newest first.</summary>
    public static string Of(TrackRecord record, IReadOnlyList<Change> changes)
    {
        var text = new StringBuilder(record.Sentence);
        foreach (var change in changes)
        {
            text.AppendLine().AppendLine().AppendLine($"{change.AppliedAt:yyyy-MM-dd HH:mm}  {Word(change.State),-11}{change.What}  [{change.Id}]")
                .AppendLine($"   promised  {Expected(change.Promised)}")
                .Append(change.Verdict is { } verdict ? $"   came      {verdict.Sentence}" : $"   judged    from {change.JudgeAt:yyyy-MM-dd HH:mm} UTC on");
        }

        return text.ToString();
    }

    /// <summary>The answer to "how small can it be", with the curve drawn.</summary>
    public static string Of(SizeAnswer answer)
    {
        var text = new StringBuilder();
        text.AppendLine(answer.Smallest is { } smallest
            ? $"{answer.Name}: {smallest.Value:N0} entries ({smallest.Lower90:N0} to {smallest.Upper90:N0}) keep the measured hit ratio of {answer.Measured * 100:0.0} % within half a point{(answer.Entries is { } now ? $"; {now:N0} are stored." : ".")}"
            : $"{answer.Name}: no size reaches the measured hit ratio of {answer.Measured * 100:0.0} %; the log is too short for it.");
        text.Append(Picture(answer));
        return text.ToString();
    }

    // One column a point of the curve, from few entries to many; the dotted line is the hit ratio measured, the caret what suffices.
    private static string Picture(SizeAnswer answer)
    {
        var points = answer.Curve;
        var top = Math.Max(0.01, Math.Max(answer.Measured, points.Max(point => point.Upper90)));
        var text = new StringBuilder();
        for (var row = PictureHeight; row >= 1; row--)
        {
            var level = top * row / PictureHeight;
            var half = top / PictureHeight / 2;
            var measured = Math.Abs(answer.Measured - level) <= half;
            text.Append($"{level * 100,6:0.0} % ┤");
            foreach (var point in points)
            {
                text.Append(point.HitRatio >= level - half ? " █" : point.Upper90 >= level - half ? " ░" : measured ? "··" : "  ");
            }

            text.AppendLine(measured ? "  ← measured" : "");
        }

        text.Append("          ");
        foreach (var point in points)
        {
            text.Append(point.Capacity == (int)(answer.Smallest?.Value ?? -1) ? " ▲" : " ─");
        }

        return text.AppendLine().Append($"          1 entry … {points[^1].Capacity:N0} entries (each column {Math.Pow(points[^1].Capacity, 1.0 / Math.Max(1, points.Count - 1)):0.0} times the one before)").ToString();
    }

    private static string Word(ChangeState state) => state switch { ChangeState.OnTrial => "on trial", _ => state.ToString().ToLowerInvariant() };
}
