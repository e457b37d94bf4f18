using System.IO.Compression;

namespace CacheKeeper.Benchmarks.Duplicates;

/// <summary>Reads the text sets and scores answers as the protocols say.</summary>
internal static class TextData
{
    /// <summary>The first two columns of a set, without its header.</summary>
    public static List<(string Text, string Label)> Read(string path)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return [.. file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.TrimEnd('\r').Split('\t')).Select(cells => (cells[0], cells[1]))];
    }

    /// <summary>The share of queries that can be answered while so many of the answers stay right; equal scores are answered together.</summary>
    public static double HitRate(IReadOnlyList<(double Score, bool Right)> answers, double precision)
    {
        var ordered = answers.OrderByDescending(answer => answer.Score).ToList();
        var (right, most) = (0, 0);
        for (var i = 0; i < ordered.Count; i++)
        {
            right += ordered[i].Right ? 1 : 0;
            var closed = i + 1 == ordered.Count || ordered[i + 1].Score < ordered[i].Score;
            most = closed && right >= precision * (i + 1) ? i + 1 : most;
        }

        return most / (double)ordered.Count;
    }

    /// <summary>How many answers are right at the lowest threshold with at most so many wrong.</summary>
    public static int RightWith(IReadOnlyList<(double Score, bool Right)> answers, int mostWrong) =>
        answers.GroupBy(answer => answer.Score).OrderByDescending(group => group.Key)
            .Aggregate((Right: 0, Wrong: 0, Best: 0), (sum, group) =>
            {
                var (right, wrong) = (sum.Right + group.Count(answer => answer.Right), sum.Wrong + group.Count(answer => !answer.Right));
                return (right, wrong, wrong <= mostWrong ? right : sum.Best);
            }).Best;
}
