using CacheKeeper.Cleanup.Regret;
using CacheKeeper.Cleanup.Value;
using CacheKeeper.Storage;
using CacheKeeper.Tiers;

namespace CacheKeeper.Cleanup;

/// <summary>Makes the rules by which entries are chosen: what is pinned, and, for strengths that weigh value, what entries are worth and how low the bar is.</summary>
internal sealed class SelectionRulesService(NoteStore notes, RegretService regret, CleanupPolicy policy, string project)
{
    private readonly PinStore _pins = new(notes, project);

    /// <param name="leader">The tier whose entries decide what goes for its value.</param>
    /// <param name="reported">Gets a sentence when nothing can be chosen for its value, or when something was learned.</param>
    public async Task<SelectionRules> LearnAsync(ITier leader, CleanupRequest request, DateTimeOffset now, DeletionBudget spent, List<string> reported, CancellationToken cancellationToken)
    {
        var rules = new SelectionRules { Mode = request.Mode, AsOf = now, Policy = await _pins.AddToAsync(policy, cancellationToken), Category = request.Category, Key = request.Key, Dragging = request.Dragging.ToHashSet(), FullPace = request.FullPace };
        if (!request.Mode.WeighsValue())
        {
            return rules;
        }

        try
        {
            var learner = new ValueLearner(now, new ValuePolicy());
            await ForEachAsync(leader, rules, learner.Add, cancellationToken);
            var model = learner.Build();
            if (model.Knowledge.Level == KnowledgeLevel.TooLittle)
            {
                reported.Add($"Nothing is chosen for its value: {model.Knowledge.Reason}");
                return rules;
            }

            var learned = rules with { Model = model, Lesson = await LessonAsync(now, reported, cancellationToken) };
            return await WithBarAsync(learned, leader, request, spent, cancellationToken);
        }
        catch (TierException e)
        {
            reported.Add($"Nothing is chosen for its value: {e.Message}");
            return rules;
        }
    }

    private async Task<SelectionRules> WithBarAsync(SelectionRules learned, ITier leader, CleanupRequest request, DeletionBudget spent, CancellationToken cancellationToken)
    {
        var (worths, sizes) = (new List<double>(), new List<long>());
        long live = 0, expired = 0;
        await ForEachAsync(leader, learned, entry =>
        {
            (live, expired) = entry.IsExpired(learned.AsOf) ? (live, expired + 1) : (live + 1, expired);
            if (learned.IsCandidate(entry) && learned.Worth(entry) is { } worth)
            {
                worths.Add(worth);
                sizes.Add(entry.Bytes);
            }
        }, cancellationToken);
        var candidates = request.FreeBytes is { } bytes ? ValueBar.Freeing(worths, sizes, bytes) : worths.Count;
        var wanted = ValueBar.Wanted(request, candidates, live, expired, policy, spent.Left(leader.Name, live + expired, policy));
        return learned with { WorthAtMost = ValueBar.Of(worths, wanted), MostForValue = wanted };
    }

    private async Task ForEachAsync(ITier tier, SelectionRules rules, Action<EntryHead> act, CancellationToken cancellationToken)
    {
        await foreach (var page in tier.ScanAsync(new EntryFilter(new TierScope(project)) { AsOf = rules.AsOf, WorkShare = rules.WorkShare }, cancellationToken))
        {
            foreach (var entry in page.Entries)
            {
                act(entry);
            }
        }
    }

    private async Task<RegretLesson> LessonAsync(DateTimeOffset now, List<string> reported, CancellationToken cancellationToken)
    {
        var lesson = await regret.LearnAsync(now, cancellationToken);
        reported.AddRange(lesson.Sentence is { } sentence ? [sentence] : Array.Empty<string>());
        return lesson;
    }
}
