namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Clusters the texts of one scope around their keepers.</summary>
internal sealed class ScopeClusters(ScopeTexts scope, DuplicatePolicy policy)
{
    private readonly Dictionary<int, List<(int Text, float Similarity, string Reason)>> _removed = [];
    private readonly bool[] _assigned = new bool[scope.Texts.Count];
    private readonly List<HeldBackPair> _heldBack = [];
    private readonly HashSet<(int, int)> _judged = [];

    public DuplicatePlan Find()
    {
        var exact = Groups(scope.Exact);
        List<int> representatives = [.. exact.Values.Select(group => group[0]).Order()];
        var sameStatement = Groups([.. scope.Facts.Select(facts => facts.Statement)]);
        var candidates = scope.Candidates(representatives, policy);
        var neighbours = Neighbours(candidates.Pairs);
        for (var keeper = 0; keeper < scope.Texts.Count; keeper++)
        {
            if (!_assigned[keeper])
            {
                _assigned[keeper] = true;
                var near = neighbours.GetValueOrDefault(keeper, []).SelectMany(other => exact[scope.Exact[other]]);
                Gather(keeper, exact[scope.Exact[keeper]].Concat(sameStatement[scope.Facts[keeper].Statement]).Concat(near));
            }
        }

        return new DuplicatePlan([.. _removed.OrderBy(pair => pair.Key).Select(pair => Cluster(pair.Key, pair.Value))], _heldBack, candidates.Truncated);
    }

    private static Dictionary<string, List<int>> Groups(IReadOnlyList<string> keys)
    {
        var groups = new Dictionary<string, List<int>>();
        for (var text = 0; text < keys.Count; text++)
        {
            if (!groups.TryGetValue(keys[text], out var group))
            {
                groups[keys[text]] = group = [];
            }

            group.Add(text);
        }

        return groups;
    }

    private static Dictionary<int, List<int>> Neighbours(IReadOnlyList<Similarity.NearPair> pairs)
    {
        var neighbours = new Dictionary<int, List<int>>();
        foreach (var pair in pairs)
        {
            Add(pair.Left, pair.Right);
            Add(pair.Right, pair.Left);
        }

        return neighbours;

        void Add(int text, int other)
        {
            if (!neighbours.TryGetValue(text, out var list))
            {
                neighbours[text] = list = [];
            }

            list.Add(other);
        }
    }

    // Later texts only: whoever comes earlier in keeper order is a keeper already, or belongs to one.
    private void Gather(int keeper, IEnumerable<int> others)
    {
        foreach (var other in others.Where(other => other > keeper && !_assigned[other] && !scope.Texts[other].Pinned).Order().Distinct())
        {
            var similarity = scope.Similarity(keeper, other);
            if (similarity < policy.Threshold)
            {
                continue;
            }

            var equal = scope.Exact[keeper] == scope.Exact[other];
            var paraphrase = similarity >= policy.ParaphraseSimilarity && scope.Meaning(keeper, other) >= policy.ParaphraseMeaning;
            if (!equal && MergeGuard.Holding(scope.Facts[keeper], scope.Facts[other], paraphrase) is { } guard)
            {
                HoldBack(keeper, other, similarity, guard);
                continue;
            }

            _assigned[other] = true;
            Removed(keeper).Add((other, similarity, equal ? "same text" : "same statement in other words"));
        }
    }

    private List<(int Text, float Similarity, string Reason)> Removed(int keeper) =>
        _removed.TryGetValue(keeper, out var list) ? list : _removed[keeper] = [];

    private void HoldBack(int keeper, int other, float similarity, string guard)
    {
        if (_judged.Add((keeper, other)))
        {
            _heldBack.Add(new HeldBackPair(scope.Texts[keeper].Id, scope.Texts[other].Id, similarity, guard));
        }
    }

    private DuplicateCluster Cluster(int keeper, List<(int Text, float Similarity, string Reason)> removed)
    {
        var kept = scope.Texts[keeper];
        CachedText[] all = [kept, .. removed.Select(item => scope.Texts[item.Text])];
        var counted = all.Where(text => text.AccessCount is not null).ToList();
        return new DuplicateCluster(
            kept.Id,
            KeeperOrder.Reason(kept, all[1]),
            [.. removed.Select(item => new RemovedText(scope.Texts[item.Text].Id, item.Similarity, item.Reason))],
            counted.Count == 0 ? null : counted.Sum(text => text.AccessCount),
            all.Max(text => text.UpdatedAt),
            Merged(all));
    }

    // The keeper's own values win; then those of the better text.
    private static Dictionary<string, string> Merged(CachedText[] texts)
    {
        var merged = new Dictionary<string, string>();
        foreach (var (name, value) in texts.SelectMany(text => text.Metadata ?? new Dictionary<string, string>()))
        {
            merged.TryAdd(name, value);
        }

        return merged;
    }
}
